/** Keeps a live list as signals, for all lists of `mastodon-rx/angular`. */
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
import {
  catchError,
  connect,
  EMPTY,
  merge,
  Subject,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import type { BaseEvent, Gap } from '../model/events.ts';
import { connectionState, type ConnectionState } from '../operators/connectionState.ts';
import { olderOf, type OlderPagesConfig, type OlderState } from '../policies/olderPages.ts';
import { retryNow } from '../policies/retryWait.ts';
import { isServer } from './platform.ts';

/** The option that all live lists have. */
export interface LiveListConfig {
  /**
   * The injector with which the list is destroyed.
   * @defaultValue the injector of the injection context
   */
  injector?: Injector | undefined;
}

/** The signals that all live lists have besides their items: the state of the connection and of older pages. */
export interface LiveList {
  /** `'connecting'`, `'open'`, `'waiting'` for a retry, or `'failed'`. */
  readonly status: Signal<ConnectionState['status']>;
  /** The reason, while waiting or failed. */
  readonly error: Signal<Error | undefined>;
  /** The time until the next retry, in ms, while waiting; counted down in steps of a second. */
  readonly retryIn: Signal<number | undefined>;
  /** True if there may be older items below the list; false if the source cannot request them. */
  readonly hasOlder: Signal<boolean>;
  /** True while a page of older items is being requested. */
  readonly isLoadingOlder: Signal<boolean>;
  /** The reason why the last request for a page failed; undefined if it succeeded. */
  readonly olderError: Signal<unknown>;
  /** The gaps that catching up has left between the items, the oldest first. */
  readonly gaps: Signal<readonly Gap[]>;
  /**
   * Requests the page below the list, which then grows by it, or the items that are missing in a gap. Does nothing
   * while a page is being requested, or if there are no older items.
   */
  loadOlder(gap?: Gap): void;
  /**
   * Retries at once: ends the wait, or connects again after a failure; the items stay. Does nothing while
   * connecting or open.
   */
  retry(): void;
}

/** A stream of events. */
export type Source = Observable<BaseEvent<string, unknown>>;

/** Defines one kind of list. */
export interface ListKind<Item> {
  /** The function that the user has called, for Angular's `NG0203`. */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- Angular reads its name
  readonly caller: Function;
  readonly config: OlderPagesConfig;
  /**
   * Returns the operator that makes the list.
   *
   * @param scrolling - options that replace those of the config.
   * @param kept - the items to continue with; undefined for a new list.
   */
  readonly toList: (
    scrolling: OlderPagesConfig | undefined,
    kept: readonly Item[] | undefined,
  ) => OperatorFunction<BaseEvent<string, unknown>, readonly Item[]>;
}

/**
 * Returns the items of a source's list as a signal, and the signals about it, over one subscription that lasts until the
 * injector is destroyed.
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong; Angular's `NG0203` outside an injection context, without
 * an `injector`.
 */
export function injectList<Item>(
  source: Source | (() => Source),
  injector: Injector | undefined,
  kind: ListKind<Item>,
): [items: Signal<readonly Item[]>, list: LiveList] {
  if (!injector) assertInInjectionContext(kind.caller);
  kind.toList(undefined, undefined); // throws here for a wrong option, while the user's code is on the stack
  return runInInjectionContext(injector ?? inject(Injector), () => connectList(source, kind));
}

function connectList<Item>(
  source: Source | (() => Source),
  { config, toList }: ListKind<Item>,
): [Signal<readonly Item[]>, LiveList] {
  const zone = inject(NgZone);
  const events$ = computed(() => (typeof source === 'function' ? source() : source));
  const items = signal<readonly Item[]>([]);
  const state = signal(CONNECTING);
  const older = signal(NO_OLDER);
  const gaps = signal<readonly Gap[]>([]);
  const more$ = new Subject<Gap | undefined>();
  /** Incremented to connect again after a failure. */
  const tries = signal(0);
  let shown: Source | undefined;

  const show = (stream$: Source): Observable<unknown> => {
    // A retry continues with the list; another stream starts a new one.
    const kept = stream$ === shown ? items() : undefined;
    if (!kept) items.set([]);
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
            toList(scrolling, kept),
            tap((list) => {
              items.set(list);
            }),
            catchError(() => EMPTY), // the state has it
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

  const list: LiveList = {
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
  return [items.asReadonly(), list];
}

/**
 * Returns the options of a list that continues with its items: older pages may have made it longer than its limit.
 */
export const goOnWith = <Item>(
  kept: readonly Item[] | undefined,
  limit = 40,
): { readonly initial: readonly Item[]; readonly limit: number } | undefined =>
  kept && { initial: kept, limit: Math.max(limit, kept.length) };

const NO_OLDER: OlderState = { isLoading: false, hasOlder: false, error: undefined };
const MAYBE_OLDER: OlderState = { ...NO_OLDER, hasOlder: true };

const CONNECTING: ConnectionState = {
  status: 'connecting',
  error: undefined,
  retryIn: undefined,
};
