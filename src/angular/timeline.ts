/** A live timeline as signals. */
import {
  assertInInjectionContext,
  computed,
  effect,
  inject,
  Injector,
  NgZone,
  PLATFORM_ID,
  runInInjectionContext,
  signal,
  untracked,
  type Signal,
} from '@angular/core';
import { catchError, connect, EMPTY, merge, Subject, tap, type Observable } from 'rxjs';
import { connectionState, type ConnectionState } from '../operators/connectionState.ts';
import type { Status } from '../model/entities/status.ts';
import type { BaseEvent, Gap } from '../model/events.ts';
import { olderOf, type OlderPagesConfig, type OlderState } from '../policies/olderPages.ts';
import { toTimeline, type ToTimelineConfig } from '../operators/toTimeline.ts';
import { retryNow } from '../policies/retryWait.ts';
import { isServer } from './platform.ts';

/** The options of {@link injectTimeline}: those of `toTimeline`, and where it lives. */
export interface LiveTimelineConfig extends ToTimelineConfig {
  /**
   * What the timeline is destroyed with.
   * @defaultValue the injector of the injection context
   */
  injector?: Injector | undefined;
}

/** A live timeline, for templates. */
export interface LiveTimeline {
  /** The posts, newest first; edited and deleted as it happens. */
  readonly posts: Signal<readonly Status[]>;
  /** `'connecting'`, `'open'`, `'waiting'` for a retry, or `'failed'`. */
  readonly status: Signal<ConnectionState['status']>;
  /** While waiting or failed: why. */
  readonly error: Signal<Error | undefined>;
  /** While waiting: the ms until the next try, counted down in steps of a second. */
  readonly retryIn: Signal<number | undefined>;
  /** Whether there may be older posts below the list; false if the source cannot request them. */
  readonly hasOlder: Signal<boolean>;
  /** Whether a page of older posts is being requested. */
  readonly isLoadingOlder: Signal<boolean>;
  /** Why the last page could not be requested; undefined if it came. */
  readonly olderError: Signal<unknown>;
  /** Where catching up has left gaps between the posts, the oldest first. */
  readonly gaps: Signal<readonly Gap[]>;
  /**
   * Requests the page below the list, which then grows by it; or what is missing in a gap. Does nothing while a page is
   * requested, or where there are no older posts.
   */
  loadOlder(gap?: Gap): void;
  /**
   * Tries again at once: ends the wait, or connects anew what has failed; the posts stay. Does nothing
   * while connecting or open.
   */
  retry(): void;
}

type Source = Observable<BaseEvent<string, unknown>>;

/**
 * Returns a timeline as signals, over one subscription that lasts until its injector is destroyed.
 *
 * A function as the source is a reactive one: when a signal that it reads changes, the stream is left for
 * the one that it then returns, and the list begins anew. The subscription is made by an effect: with
 * the first change detection. While the server renders it is not made at all; `posts` is empty and
 * `status` is `'connecting'` there, as it does in the browser when hydration begins.
 *
 * ```ts
 * readonly #timelines = injectTimelines();
 * readonly tag = input.required<string>();
 * readonly posts = injectTimeline(() => this.#timelines.hashtag(this.tag(), { reconnect: true }));
 * ```
 *
 * @param source - a stream of events; what it errors with is told by `status` and `error`.
 * @throws `MastodonIllegalArgumentError` where the config is wrong; Angular's `NG0203` outside an
 * injection context, without an `injector`.
 */
export function injectTimeline(
  source: Source | (() => Source),
  { injector, ...config }: LiveTimelineConfig = {},
): LiveTimeline {
  if (!injector) assertInInjectionContext(injectTimeline);
  toTimeline(config); // a wrong option is an error here, where the stack says whose
  return runInInjectionContext(injector ?? inject(Injector), () => connectTimeline(source, config));
}

function connectTimeline(source: Source | (() => Source), config: ToTimelineConfig): LiveTimeline {
  const zone = inject(NgZone);
  const events$ = computed(() => (typeof source === 'function' ? source() : source));
  const posts = signal<readonly Status[]>([]);
  const state = signal(CONNECTING);
  const older = signal(NO_OLDER);
  const gaps = signal<readonly Gap[]>([]);
  const more$ = new Subject<Gap | undefined>();
  /** Counted up to connect anew what has failed. */
  const tries = signal(0);
  let shown: Source | undefined;

  const show = (stream$: Source): Observable<unknown> => {
    // What is tried again goes on with its list; another stream begins its own.
    const initial = stream$ === shown ? posts() : (config.initial ?? []);
    if (stream$ !== shown) posts.set([]);
    shown = stream$;
    state.set(CONNECTING);
    const requestOlder = olderOf(stream$, config);
    older.set(requestOlder === undefined ? NO_OLDER : MAYBE_OLDER);
    gaps.set([]);
    const scrolling: OlderPagesConfig | undefined = requestOlder && {
      older: requestOlder,
      older$: config.older$ === undefined ? more$ : merge(more$, config.older$),
      onOlder: (next) => {
        older.set(next);
        config.onOlder?.(next);
      },
      onGaps: (next) => {
        gaps.set(next);
        config.onGaps?.(next);
      },
    };
    return stream$.pipe(
      connect((shared$) =>
        merge(
          shared$.pipe(
            toTimeline({ ...config, initial, ...scrolling }),
            tap((list) => {
              posts.set(list);
            }),
            catchError(() => EMPTY), // it is told as the state
          ),
          shared$.pipe(
            connectionState(),
            tap((next) => {
              state.set(next);
            }),
          ),
        ),
      ),
    );
  };

  if (!isServer(inject(PLATFORM_ID))) {
    effect((onCleanup) => {
      tries();
      const stream$ = events$();
      const subscription = untracked(() => zone.runOutsideAngular(() => show(stream$).subscribe()));
      onCleanup(() => {
        subscription.unsubscribe();
      });
    });
  }

  return {
    posts: posts.asReadonly(),
    status: computed(() => state().status),
    error: computed(() => state().error),
    retryIn: computed(() => state().retryIn),
    hasOlder: computed(() => older().hasOlder),
    isLoadingOlder: computed(() => older().isLoading),
    olderError: computed(() => older().error),
    gaps: gaps.asReadonly(),
    loadOlder: (gap) => {
      more$.next(gap);
    },
    retry: () => {
      const { status, error } = untracked(state);
      if (status === 'waiting') retryNow(error);
      else if (status === 'failed') tries.update((count) => count + 1);
    },
  };
}

const NO_OLDER: OlderState = { isLoading: false, hasOlder: false, error: undefined };
const MAYBE_OLDER: OlderState = { ...NO_OLDER, hasOlder: true };

const CONNECTING: ConnectionState = {
  status: 'connecting',
  error: undefined,
  retryIn: undefined,
};
