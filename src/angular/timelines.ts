/** A client by injection. */
import { inject, InjectionToken, NgZone, PLATFORM_ID, type FactoryProvider } from '@angular/core';
import { defer, isObservable, NEVER, type Observable } from 'rxjs';
import type { TimelinesConfig } from '../config/options.ts';
import { MastodonNetworkError } from '../model/errors.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import type { TimelineStream } from '../model/timelineStream.ts';
import { createTimelines, type Timelines } from '../client/createTimelines.ts';
import { isServer } from './platform.ts';
import { besideZone } from './zone.ts';

/** The token of the client that {@link provideTimelines} makes; a test gives it another one with `provideFakeTimelines`. */
export const TIMELINES = new InjectionToken<Timelines>('Timelines of mastodon-rx');

/**
 * Provides the timelines of a server: in `appConfig`, in a route, or in a component.
 *
 * While the server renders (SSR, prerendering) every timeline is silent: it opens nothing, emits nothing
 * and never completes; hydration starts it in the browser. With zone.js, connections live outside
 * Angular's zone, so that the app becomes stable, and events come inside it.
 *
 * ```ts
 * bootstrapApplication(App, {
 *   providers: [provideTimelines(() => ({ baseUrl, accessToken: inject(Session).token }))],
 * });
 * ```
 *
 * @param config - what `createTimelines` takes, or a function that returns it. The function is called
 * when the timelines are first injected, where `inject()` works.
 * @throws `MastodonIllegalArgumentError`, at the first injection, if the config is wrong.
 */
export function provideTimelines<E extends EventCodecs = NoEvents>(
  config: TimelinesConfig<E> | (() => TimelinesConfig<E>),
): FactoryProvider {
  return provide(() => createTimelines(typeof config === 'function' ? config() : config));
}

/** Provides the timelines that `create` returns; it is called when they are first injected. */
export const provide = <E>(create: () => Timelines<E>): FactoryProvider => ({
  provide: TIMELINES,
  useFactory: (): Timelines<E> => {
    const timelines = create();
    return isServer(inject(PLATFORM_ID)) ? silent(timelines) : inside(inject(NgZone), timelines);
  },
});

/**
 * Returns the timelines that {@link provideTimelines} has provided.
 *
 * ```ts
 * readonly home = injectTimeline(injectTimelines().user({ reconnect: true, catchUp: true }));
 * ```
 *
 * @typeParam E - the `events` of the config: `injectTimelines<typeof events>()`.
 * @throws Angular's `NG0201` if nothing was provided, `NG0203` outside an injection context.
 */
export function injectTimelines<E extends EventCodecs = NoEvents>(): Timelines<E> {
  return inject(TIMELINES);
}

/** Timelines whose arguments are checked, and that open nothing. */
function silent<E>(timelines: Timelines<E>): Timelines<E> {
  return {
    ...withStreams(timelines, () => defer(() => NEVER)),
    isHealthy: () =>
      Promise.reject(new MastodonNetworkError('Nothing is asked while the server renders')),
  };
}

const inside = <E>(zone: NgZone, timelines: Timelines<E>): Timelines<E> =>
  withStreams(timelines, besideZone(zone));

/** Timelines whose every Observable, and what is called to get one, has gone through `change`; their older pages, too. */
function withStreams<E>(
  timelines: Timelines<E>,
  change: ReturnType<typeof besideZone>,
): Timelines<E> {
  const changed = (value: unknown): unknown => {
    if (isObservable(value)) {
      const { older } = value as Observable<unknown> & Partial<TimelineStream>;
      return Object.assign(change(value), older && { older: changed(older) });
    }
    if (typeof value !== 'function') return value;
    return (...args: unknown[]) => changed(Reflect.apply(value, timelines, args));
  };
  const entries = Object.entries(timelines).map(([name, value]) => [name, changed(value)]);
  return Object.fromEntries(entries) as Timelines<E>;
}
