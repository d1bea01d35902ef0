/** Provides and injects a client. */
import { inject, InjectionToken, NgZone, PLATFORM_ID, type FactoryProvider } from '@angular/core';
import { defer, isObservable, NEVER, type Observable } from 'rxjs';
import type { TimelinesConfig } from '../config/options.ts';
import { MastodonNetworkError } from '../model/errors.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import type { TimelineStream } from '../model/timelineStream.ts';
import { createTimelines, type Timelines } from '../client/createTimelines.ts';
import { isServer } from './platform.ts';
import { besideZone } from './zone.ts';

/** The injection token of the client. {@link provideTimelines} provides it; in tests, `provideFakeTimelines` does. */
export const TIMELINES = new InjectionToken<Timelines>('Timelines of mastodon-rx');

/**
 * Provides the timelines of a server: in `appConfig`, in a route, or in a component.
 *
 * During server-side rendering and prerendering, no timeline opens a connection, emits or completes; they start in
 * the browser with hydration. With zone.js, connections are outside Angular's zone, so that the app becomes stable,
 * and subscribers inside the zone receive events inside it.
 *
 * ```ts
 * bootstrapApplication(App, {
 *   providers: [provideTimelines(() => ({ baseUrl, accessToken: inject(Session).token }))],
 * });
 * ```
 *
 * @param config - the options of `createTimelines`, or a function that returns them. The function is called when
 * the timelines are first injected, in an injection context, so that `inject()` works.
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

/** Returns timelines that check their arguments and open nothing. */
function silent<E>(timelines: Timelines<E>): Timelines<E> {
  return {
    ...withStreams(timelines, () => defer(() => NEVER)),
    isHealthy: () =>
      Promise.reject(new MastodonNetworkError('Not available during server-side rendering')),
  };
}

const inside = <E>(zone: NgZone, timelines: Timelines<E>): Timelines<E> =>
  withStreams(timelines, besideZone(zone));

/** Returns timelines whose Observables, including their older pages, have all been passed through `change`. */
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
