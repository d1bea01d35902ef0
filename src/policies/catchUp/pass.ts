/** Recovers what one stream has missed so far: the pages of each kind, in order, over REST. */
import { catchError, concat, concatMap, defer, EMPTY, tap, type Observable } from 'rxjs';
import { compareIds } from '../../model/compareIds.ts';
import type { BaseEvent, Gap, Gaps, StreamEvent } from '../../model/events.ts';
import { requestBaseline, warningsOf } from './baseline.ts';
import { incompleteWarning, kindsOf, type CatchUpContext } from './context.ts';
import { positionOf, recoveredEvent, type Kind } from './eventPosition.ts';
import type { LiveBuffer } from './liveBuffer.ts';
import { missedPages, newestItems, type GetPage, type MissedPage } from './missedPages.ts';
import { pagesOf } from './restPages.ts';

/** Sets the end of a pass, and the meaning of an unknown position. */
export interface PassConfig {
  /** True if it ends at the first live event, which came before the pass. */
  readonly isProven: boolean;
  /** True if the stream has been positioned before: a kind that still has no position has lost items. */
  readonly isStarted: boolean;
}

/** One catch-up of a stream. The live events that come meanwhile are in its buffer. */
export class Pass<T extends BaseEvent<string, unknown>> {
  /** The number of items that were recovered. */
  recovered = 0;
  /** False if something is missing that could not be recovered. */
  isComplete = true;
  readonly #context: CatchUpContext;
  readonly #buffer: LiveBuffer<T>;
  readonly #config: PassConfig;
  /** The ranges that `maxItems` left out, by kind. */
  readonly #cut = new Map<Kind, Gap>();
  /** The kinds whose pages were not all requested. */
  readonly #pending = new Set<Kind>();

  constructor(context: CatchUpContext, buffer: LiveBuffer<T>, config: PassConfig) {
    this.#context = context;
    this.#buffer = buffer;
    this.#config = config;
  }

  /** Emits what was missed, oldest first and one kind after the other, and a warning for each failure. */
  recover(): Observable<T | StreamEvent> {
    return defer(() => {
      const kinds = kindsOf(this.#context);
      if (kinds.length === 0) this.isComplete = false;
      for (const kind of kinds) this.#pending.add(kind);
      return concat(...kinds.map((kind) => this.#recoverKind(kind)));
    });
  }

  /**
   * Ends the pass before it is complete, and notes the missing items as a gap for the next one. Returns the
   * warning.
   */
  interrupt(reason: string): StreamEvent {
    for (const kind of this.#pending) this.#openGap(kind);
    this.isComplete = false;
    return incompleteWarning(this.#context.channel.stream, reason);
  }

  /** Makes the event that says what was recovered, and what is still missing. */
  caughtUp(): StreamEvent {
    const { channel, position } = this.#context;
    const gaps = this.isComplete ? undefined : this.#gaps();
    return {
      type: 'caught-up',
      payload: {
        recovered: this.recovered,
        complete: this.isComplete,
        cursor: position.cursor,
        ...(gaps && { gaps }),
      },
      stream: channel.stream,
    };
  }

  #gaps(): Gaps | undefined {
    const openGaps = this.#context.position.gaps();
    if (this.#cut.size === 0) return openGaps;
    const gaps = new Map(Object.entries(openGaps ?? {}) as [Kind, readonly Gap[]][]);
    for (const [kind, gap] of this.#cut) {
      const before = gap.before ?? this.#buffer.oldest(kind);
      gaps.set(kind, [...(gaps.get(kind) ?? []), { ...gap, before }]);
    }
    return Object.fromEntries(gaps);
  }

  #openGap(kind: Kind): void {
    this.#pending.delete(kind);
    this.#context.position.openGap(kind, this.#buffer.oldest(kind));
  }

  #recoverKind(kind: Kind): Observable<T | StreamEvent> {
    return concat(
      defer(() => this.#itemsOf(kind)).pipe(
        catchError((error: unknown) => this.#failed(kind, error)),
      ),
      defer(() => {
        this.#pending.delete(kind);
        return EMPTY;
      }),
    );
  }

  #failed(kind: Kind, error: unknown): Observable<T | StreamEvent> {
    const { position } = this.#context;
    const warning$ = warningsOf(this.#context, kind, error);
    if (!position.isForbidden(kind)) this.isComplete = false;
    if (this.#pending.has(kind)) this.#openGap(kind);
    return warning$;
  }

  #itemsOf(kind: Kind): Observable<T | StreamEvent> {
    const { policy, position } = this.#context;
    const count = policy.backfill[kind];
    const isKnown = position.isKnown(kind);
    // If a backfill has failed before, live events were emitted since: the items after them come first.
    const isBackfilled = position.isBackfilled(kind) || (this.#config.isStarted && isKnown);
    if (count !== undefined && !isBackfilled) return this.#backfill(kind, count);
    if (isKnown) return concat(this.#fillGaps(kind), this.#missed(kind));
    // The stream starts here, or its position was never known: items missed before now are lost.
    if (this.#config.isStarted) this.isComplete = false;
    return requestBaseline(this.#context, kind);
  }

  #backfill(kind: Kind, maxItems: number): Observable<T | StreamEvent> {
    const { policy, position } = this.#context;
    const after = policy.resumeFrom?.[kind];
    // An earlier connection has brought it: there must be no gap above it.
    const before = this.#buffer.oldest(kind);
    const items$ = newestItems(this.#pagesOf(kind), { kind, after, before, maxItems }).pipe(
      concatMap((page) => {
        if (after !== undefined && page.isCut) this.#leaveOut(kind, after, page.items[0]?.id);
        return this.#inOrder(kind, page);
      }),
      tap({
        complete: () => {
          position.setBackfilled(kind);
          if (!position.isKnown(kind)) position.advance(kind, '0');
        },
      }),
    );
    return before === undefined || policy.catchUp === undefined
      ? items$
      : concat(
          items$,
          defer(() => this.#missed(kind)),
        );
  }

  /** Requests again what could not be fetched before. */
  #fillGaps(kind: Kind): Observable<T | StreamEvent> {
    const { policy, position } = this.#context;
    const { maxItems } = policy.limits;
    const fill = ({ after, before }: Gap): Observable<T | StreamEvent> =>
      concat(
        missedPages(this.#pagesOf(kind), {
          ...{ kind, start: after, after, before, maxItems },
          isNew: (id) => compareIds(id, after) > 0 && !position.wasEmitted(kind, id),
        }).pipe(
          concatMap((page) =>
            concat(
              this.#inOrder(kind, page),
              defer(() => {
                if (page.newest !== undefined) position.narrowGap(kind, page.newest);
                return EMPTY;
              }),
            ),
          ),
        ),
        defer(() => {
          position.narrowGap(kind, undefined);
          return EMPTY;
        }),
      );
    return concat(...position.gapsOf(kind).map((gap) => defer(() => fill(gap))));
  }

  #missed(kind: Kind): Observable<T | StreamEvent> {
    const { policy, position } = this.#context;
    const { maxItems, prefer } = policy.limits;
    const after = position.newest(kind);
    if (prefer === 'newest') {
      return newestItems(this.#pagesOf(kind), { kind, after, maxItems }).pipe(
        concatMap((page) => {
          if (page.isCut) this.#leaveOut(kind, after, page.items[0]?.id);
          return this.#inOrder(kind, page);
        }),
      );
    }
    return missedPages(this.#pagesOf(kind), {
      ...{ kind, after, maxItems },
      start: position.overlapStart(kind),
      end: this.#config.isProven ? this.#buffer.oldest(kind) : undefined,
      isNew: (id) => !position.wasEmitted(kind, id),
    }).pipe(
      concatMap((page) =>
        concat(
          this.#inOrder(kind, page),
          defer(() => {
            if (page.isCut) this.#leaveOut(kind, position.newest(kind), undefined);
            return EMPTY;
          }),
        ),
      ),
    );
  }

  #pagesOf(kind: Kind): GetPage {
    const { client, channel } = this.#context;
    return pagesOf(client, channel, kind);
  }

  /** Notes the range that `maxItems` leaves out. It is not fetched later, since the user has limited the number. */
  #leaveOut(kind: Kind, after: string, before: string | undefined): void {
    this.#context.position.skip(kind);
    this.isComplete = false;
    this.#cut.set(kind, { after, before });
  }

  /**
   * Emits the items of a page, and the buffered events up to its end: a post that was deleted since is in no page.
   */
  #inOrder(kind: Kind, { items, newest }: MissedPage): Observable<T | StreamEvent> {
    const { channel, position } = this.#context;
    return defer(() => {
      const buffered = newest === undefined ? [] : this.#buffer.takeUpTo(kind, newest);
      // The live event comes first: of two events with the same id, the first is emitted.
      const all = [
        ...buffered.map((event) => ({ id: positionOf(event)?.id ?? '', event })),
        ...items.map(({ item, id }) => ({
          id: id ?? '',
          event: recoveredEvent(kind, item, channel.stream),
        })),
      ].sort((a, b) => compareIds(a.id, b.id));
      const events = all.map(({ event }) => event).filter((event) => position.accept(event));
      this.recovered += events.filter(({ recovered }) => recovered).length;
      if (newest !== undefined) position.advance(kind, newest);
      return events;
    });
  }
}
