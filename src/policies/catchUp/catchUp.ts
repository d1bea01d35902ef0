/**
 * Recovers what a stream missed: Mastodon replays nothing after a reconnect, so that it is requested over
 * REST and emitted between what came before and what comes after.
 *
 * ```
 * connection   C─1─2─X          C──────4─5───6──     1, 2 … posts, X loss, C connected
 * REST                             [3 4]             the page after 2, requested when connected
 * emitted      C─1─2─D──────────C────3─4·K─5─6──     D disconnected, K caught-up; 4 once
 * ```
 */
import {
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  ignoreElements,
  merge,
  Observable,
  of,
  takeUntil,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { Channel } from '../../connect/channels.ts';
import type { Client } from '../../connect/client.ts';
import { connectTimeout } from '../../connect/connectTimeout.ts';
import { operate, type OperatorObserver } from '../../internal/operate.ts';
import { compareIds } from '../../model/compareIds.ts';
import { MastodonApiError } from '../../model/errors.ts';
import {
  isConnectionEvent,
  type BaseEvent,
  type Gap,
  type Gaps,
  type StreamEvent,
} from '../../model/events.ts';
import { pagingIdOf, positionOf, recoveredEvent, type Kind } from './eventPosition.ts';
import { LiveBuffer, MAX_BUFFERED } from './liveBuffer.ts';
import { missedPages, newestItems, type MissedPage } from './missedPages.ts';
import type { CatchUpPolicy } from './policy.ts';
import { pagesOf, requestPage } from './restPages.ts';
import { TimelinePosition } from './timelinePosition.ts';

/** The longest time to wait for the position of a stream before it is opened, in ms. */
const BASELINE_TIMEOUT = 5_000;

/** The time after which an unproven subscription without an event is checked once, in ms. */
const PROBE_DELAY = 5_000;

/**
 * Returns an operator that keeps the position of one subscription in its timeline over all of its
 * connections, and recovers what they missed. The source is a stream with `reconnect`.
 *
 * Before it subscribes to the source, the operator requests the newest id of each kind, so that nothing is
 * missed even if the connection is lost before its first event. After a `connected` event live events are
 * buffered, the missed items are requested and emitted, oldest first, with `recovered: true`, then a
 * `caught-up` event, then the buffered events. If the connection is lost meanwhile, the next one continues;
 * the buffered events wait for it, and come before the error if there is no next one. Each item is emitted
 * once.
 *
 * A first live event proves that a subscription has taken effect. If `isUnproven`, REST is therefore asked
 * once more when it comes, before it is emitted, and once after 5 s if none comes.
 *
 * A failure is a `warning` and `complete: false`, and never ends the stream; the next catch-up tries to fill
 * the gap. Deletes and edits that were missed cannot be known from REST.
 *
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export const catchUp =
  <T extends BaseEvent<string, unknown>>(
    client: Client,
    channel: Channel,
    policy: CatchUpPolicy,
  ): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((destination) => {
      const position = new TimelinePosition(policy.resumeFrom);
      const recovery = new Recovery(destination, client, channel, policy, position);
      destination.add(recovery);
      return concat(recovery.baseline(), source).subscribe(operate<T, T>(recovery));
    });

/** Observes the stream of one subscription. */
class Recovery<T extends BaseEvent<string, unknown>> implements OperatorObserver<T, T> {
  readonly destination: Subscriber<T>;
  readonly #client: Client;
  readonly #channel: Channel;
  readonly #policy: CatchUpPolicy;
  readonly #position: TimelinePosition;
  /** The catch-up that is under way. */
  #pass: Subscription | undefined;
  #buffer: LiveBuffer<T> | undefined;
  /** True if no live event has proven yet that the server sends everything. */
  #isUnproven = false;
  #probe: Subscription | undefined;
  /** True if the pass began after the first live event: it ends where that stands. */
  #isProven = false;
  /** True if what the stream starts with was emitted. */
  #isStarted = false;
  readonly #backfilled = new Set<Kind>();

  constructor(
    destination: Subscriber<T>,
    client: Client,
    channel: Channel,
    policy: CatchUpPolicy,
    position: TimelinePosition,
  ) {
    this.destination = destination;
    this.#client = client;
    this.#channel = channel;
    this.#policy = policy;
    this.#position = position;
  }

  next(event: T): void {
    if (event.type === 'connected') {
      this.destination.next(event);
      this.#connected();
    } else if (event.type === 'disconnected') {
      this.#stop();
      this.destination.next(event);
    } else if (isConnectionEvent(event) && event.type !== 'malformed') {
      this.destination.next(event);
    } else if (this.#buffer !== undefined) {
      this.#buffer.push(event);
      if (this.#buffer.isFull) this.#overflowed();
    } else {
      this.#live(event);
    }
  }

  error(error: unknown): void {
    this.#stop();
    this.#release();
    this.destination.error(error);
  }

  complete(): void {
    this.#stop();
    this.#release();
    this.destination.complete();
  }

  unsubscribe(): void {
    this.#stop();
  }

  /** Requests the newest id of each kind, and emits a warning for each that fails. */
  baseline(): Observable<T> {
    const { catchUp: onReconnect, backfill } = this.#policy;
    if (onReconnect === undefined) return EMPTY;
    const unknown = this.#kinds().filter(
      (kind) => !this.#position.isKnown(kind) && backfill[kind] === undefined,
    );
    if (unknown.length === 0) return EMPTY;
    return merge(...unknown.map((kind) => this.#baselineOf(kind)));
  }

  #baselineOf(kind: Kind): Observable<T> {
    return pagesOf(
      this.#client,
      this.#channel,
      kind,
      requestPage,
    )('limit=1').pipe(
      connectTimeout(BASELINE_TIMEOUT, 'The request for the newest item'),
      tap(({ items: [newest] }) => {
        // Every id is above 0: of an empty timeline nothing is left out.
        this.#position.advance(kind, pagingIdOf(kind, newest) ?? '0');
      }),
      ignoreElements(),
      catchError((error: unknown) => this.#failed(kind, error)),
    );
  }

  /** The kinds that are requested. */
  #kinds(): Kind[] {
    const kinds = Object.keys(this.#channel.rest) as Kind[];
    return kinds.filter((kind) => !this.#position.forbiddenKinds.has(kind));
  }

  #connected(): void {
    const { catchUp: onReconnect, resumeFrom, backfill, isUnproven } = this.#policy;
    const hasStart = resumeFrom !== undefined || Object.keys(backfill).length > 0;
    const isDue = this.#isStarted ? onReconnect !== undefined : hasStart;
    this.#isStarted ||= !hasStart;
    this.#isUnproven = isUnproven() && (isDue || onReconnect !== undefined);
    if (isDue) {
      this.#buffer ??= new LiveBuffer();
      this.#run(true);
    } else {
      this.#release();
      if (this.#isUnproven) this.#scheduleProbe();
    }
  }

  #live(event: T): void {
    if (this.#isUnproven && positionOf(event) !== undefined) {
      this.#isUnproven = false;
      this.#buffer = new LiveBuffer();
      this.#buffer.push(event);
      this.#run(false, true);
    } else if (this.#position.accept(event)) {
      this.destination.next(event);
    }
  }

  /** Requests once more what a subscription may have missed before it took effect. */
  #scheduleProbe(): void {
    this.#probe = asyncScheduler.schedule(() => {
      this.#buffer ??= new LiveBuffer();
      this.#run(false);
    }, PROBE_DELAY);
  }

  /** Recovers what is missing, then emits the buffered events. */
  #run(isAnnounced: boolean, isProven = false): void {
    this.#isProven = isProven;
    this.#pass?.unsubscribe();
    this.#probe?.unsubscribe();
    this.#outcome = { recovered: 0, complete: true, cut: new Map() };
    const { timeout } = this.#policy.limits;
    const pass = defer(() => this.#recover())
      .pipe(
        takeUntil(
          timer(timeout).pipe(tap(() => this.#interrupted(`it took longer than ${timeout} ms`))),
        ),
      )
      .subscribe({
        next: (event) => this.destination.next(event),
        error: (error: unknown) => this.destination.error(error),
        complete: () => this.#finish(isAnnounced),
      });
    if (!pass.closed) this.#pass = pass;
  }

  #outcome: Outcome = { recovered: 0, complete: true, cut: new Map() };

  #overflowed(): void {
    this.#pass?.unsubscribe();
    this.#interrupted(`more than ${MAX_BUFFERED} events came meanwhile`);
    this.#finish(true);
  }

  /** The pass ends before it is complete: what is missing is a gap for the next one. */
  #interrupted(reason: string): void {
    for (const kind of this.#pending) this.#openGap(kind);
    this.#outcome.complete = false;
    this.destination.next(this.#warning(reason));
  }

  /** The kinds whose pages were not all requested. */
  readonly #pending = new Set<Kind>();

  #openGap(kind: Kind): void {
    this.#pending.delete(kind);
    this.#position.openGap(kind, this.#buffer?.oldest(kind));
  }

  #finish(isAnnounced: boolean): void {
    this.#pass = undefined;
    this.#isStarted = true;
    const { recovered, complete } = this.#outcome;
    if (isAnnounced || recovered > 0 || !complete) this.#announce();
    // What is missing is a gap already, for the next connection to fill.
    if (!complete) this.#isUnproven = false;
    if (this.#isUnproven && this.#buffer?.hasPosition === true) {
      // The first live event came while catching up: REST may have been asked before that.
      this.#isUnproven = false;
      this.#run(false, true);
      return;
    }
    this.#release();
    if (this.#isUnproven && isAnnounced) this.#scheduleProbe();
  }

  #announce(): void {
    const { recovered, complete } = this.#outcome;
    const gaps = complete ? undefined : this.#gaps();
    const payload = {
      ...{ recovered, complete, cursor: this.#position.cursor },
      ...(gaps && { gaps }),
    };
    this.destination.next(this.#own({ type: 'caught-up', payload, stream: this.#channel.stream }));
  }

  #gaps(): Gaps | undefined {
    const known = this.#position.gaps();
    const { cut } = this.#outcome;
    if (cut.size === 0) return known;
    const gaps = new Map(Object.entries(known ?? {}) as [Kind, readonly Gap[]][]);
    for (const [kind, gap] of cut) {
      const before = gap.before ?? this.#buffer?.oldest(kind);
      gaps.set(kind, [...(gaps.get(kind) ?? []), { ...gap, before }]);
    }
    return Object.fromEntries(gaps);
  }

  #release(): void {
    const buffer = this.#buffer;
    this.#buffer = undefined;
    for (const event of buffer?.drain() ?? []) {
      if (this.#position.accept(event)) this.destination.next(event);
    }
  }

  /** Ends the pass, because the connection or the subscription does. The buffer waits for the next one. */
  #stop(): void {
    this.#pass?.unsubscribe();
    this.#probe?.unsubscribe();
    this.#pass = this.#probe = undefined;
    this.#pending.clear();
  }

  /** The union of the source has these in it, whatever else it has. */
  #own(event: StreamEvent): T {
    return event as BaseEvent<string, unknown> as T;
  }

  #warning(reason: string): T {
    return this.#own({
      type: 'warning',
      payload: {
        code: 'catch-up-incomplete',
        message: `Some of what was missed could not be fetched: ${reason}`,
      },
      stream: this.#channel.stream,
    });
  }

  /** Notes a request that failed, and returns the warning about it. */
  #failed(kind: Kind, error: unknown): Observable<T> {
    const isForbidden = error instanceof MastodonApiError && error.status === 403;
    if (isForbidden && Object.keys(this.#channel.rest).length > 1) {
      this.#position.forbiddenKinds.add(kind);
      return EMPTY;
    }
    this.#outcome.complete = false;
    return of(this.#warning(error instanceof Error ? error.message : 'an unknown failure'));
  }

  #recover(): Observable<T> {
    const kinds = this.#kinds();
    if (kinds.length === 0) this.#outcome.complete = false;
    for (const kind of kinds) this.#pending.add(kind);
    return concat(...kinds.map((kind) => this.#recoverKind(kind)));
  }

  #recoverKind(kind: Kind): Observable<T> {
    const recovered$ = defer(() => {
      const count = this.#policy.backfill[kind];
      const isKnown = this.#position.isKnown(kind);
      // After one that failed, live events were emitted: what follows them comes first.
      const isBackfilled = this.#backfilled.has(kind) || (this.#isStarted && isKnown);
      if (count !== undefined && !isBackfilled) return this.#backfill(kind, count);
      if (isKnown) return concat(this.#fillGaps(kind), this.#missed(kind));
      // The stream starts here, or its position was never known: what was missed until now is lost.
      if (this.#isStarted) this.#outcome.complete = false;
      return this.#baselineOf(kind);
    });
    return concat(
      recovered$.pipe(
        catchError((error: unknown) => {
          const warning$ = this.#failed(kind, error);
          if (this.#pending.has(kind)) this.#openGap(kind);
          return warning$;
        }),
      ),
      defer(() => {
        this.#pending.delete(kind);
        return EMPTY;
      }),
    );
  }

  #backfill(kind: Kind, maxItems: number): Observable<T> {
    const after = this.#policy.resumeFrom?.[kind];
    // A connection that ended before has brought it: there must be no gap above it.
    const before = this.#buffer?.oldest(kind);
    const getPage = pagesOf(this.#client, this.#channel, kind);
    const backfilled$ = newestItems(getPage, { kind, after, before, maxItems }).pipe(
      concatMap((page) => {
        if (after !== undefined && page.isCut) this.#cut(kind, after, page.items[0]?.id);
        return this.#inOrder(kind, page);
      }),
      tap({
        complete: () => {
          this.#backfilled.add(kind);
          if (!this.#position.isKnown(kind)) this.#position.advance(kind, '0');
        },
      }),
    );
    return before === undefined || this.#policy.catchUp === undefined
      ? backfilled$
      : concat(
          backfilled$,
          defer(() => this.#missed(kind)),
        );
  }

  /** Requests again what could not be fetched before. */
  #fillGaps(kind: Kind): Observable<T> {
    return concat(
      ...this.#position.gapsOf(kind).map((gap) =>
        defer(() =>
          concat(
            missedPages(pagesOf(this.#client, this.#channel, kind), {
              ...{ kind, start: gap.after, after: gap.after, before: gap.before },
              maxItems: this.#policy.limits.maxItems,
              isNew: (id) => compareIds(id, gap.after) > 0 && !this.#position.wasEmitted(kind, id),
            }).pipe(
              concatMap((page) =>
                concat(
                  this.#inOrder(kind, page),
                  defer(() => {
                    if (page.newest !== undefined) this.#position.narrowGap(kind, page.newest);
                    return EMPTY;
                  }),
                ),
              ),
            ),
            defer(() => {
              this.#position.narrowGap(kind, undefined);
              return EMPTY;
            }),
          ),
        ),
      ),
    );
  }

  #missed(kind: Kind): Observable<T> {
    const { maxItems, prefer } = this.#policy.limits;
    const getPage = pagesOf(this.#client, this.#channel, kind);
    const after = this.#position.newest(kind);
    const isNew = (id: string): boolean => !this.#position.wasEmitted(kind, id);
    if (prefer === 'newest') {
      return newestItems(getPage, { kind, after, maxItems }).pipe(
        concatMap((page) => {
          if (page.isCut) this.#cut(kind, after, page.items[0]?.id);
          return this.#inOrder(kind, page);
        }),
      );
    }
    const start = this.#position.overlapStart(kind);
    const end = this.#isProven ? this.#buffer?.oldest(kind) : undefined;
    return missedPages(getPage, { kind, start, after, end, maxItems, isNew }).pipe(
      concatMap((page) => {
        const page$ = this.#inOrder(kind, page);
        if (!page.isCut) return page$;
        return concat(
          page$,
          defer(() => {
            this.#cut(kind, this.#position.newest(kind), undefined);
            return EMPTY;
          }),
        );
      }),
    );
  }

  /** Notes what `maxItems` leaves out. It is not fetched later: the user wants no more. */
  #cut(kind: Kind, after: string, before: string | undefined): void {
    this.#position.skip(kind);
    this.#outcome.complete = false;
    this.#outcome.cut.set(kind, { after, before });
  }

  /** The items of a page, and the buffered events up to its end: a post deleted since is in no page. */
  #inOrder(kind: Kind, { items, newest }: MissedPage): Observable<T> {
    return defer(() => {
      const buffered = newest === undefined ? [] : (this.#buffer?.takeUpTo(kind, newest) ?? []);
      // The live event comes first: of two with one id, the first is emitted.
      const all = [
        ...buffered.map((event) => ({ id: positionOf(event)?.id ?? '', event })),
        ...items.map(({ item, id }) => ({
          id: id ?? '',
          event: this.#own(recoveredEvent(kind, item, this.#channel.stream)),
        })),
      ].sort((a, b) => compareIds(a.id, b.id));
      const events = all.map(({ event }) => event).filter((event) => this.#position.accept(event));
      this.#outcome.recovered += events.filter(({ recovered }) => recovered).length;
      if (newest !== undefined) this.#position.advance(kind, newest);
      return events;
    });
  }
}

/** The outcome of a pass. */
interface Outcome {
  recovered: number;
  complete: boolean;
  /** The ranges that `maxItems` left out, by kind. */
  readonly cut: Map<Kind, Gap>;
}
