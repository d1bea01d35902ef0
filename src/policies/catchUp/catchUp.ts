/**
 * Mastodon replays nothing: what happened while a client was away is asked for over REST, and put where
 * it belongs, between what came before and what comes after.
 */
import {
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  dematerialize,
  EMPTY,
  expand,
  filter,
  ignoreElements,
  map,
  materialize,
  merge,
  mergeMap,
  of,
  takeUntil,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  type ObservableNotification,
} from 'rxjs';
import { urlBelow } from '../../connect/serverUrl.ts';
import type { Channel } from '../../connect/channels.ts';
import { resolveCatchUpConfig } from '../../config/resolve.ts';
import type { CatchUpConfig } from '../../config/options.ts';
import { cursorOf } from '../../model/cursorOf.ts';
import type { Cursor } from '../../model/events.ts';
import { eventOf } from '../../decode/decodeEvents.ts';
import { MastodonApiError } from '../../model/errors.ts';
import type { BaseEvent, StreamEvent, WarningCode } from '../../model/events.ts';
import { compareIds } from '../../model/compareIds.ts';
import type { Client } from '../../connect/client.ts';
import { getPage, pause, requestPage, type Page } from './restPages.ts';
import { Seen } from '../../internal/fifoMap.ts';

/** What is paged by ids of its own. */
type Kind = keyof Cursor;

/** Mastodon's own limit for a page. */
const PAGE_SIZE = 40;

/** How many ids are remembered, so that a post that comes over REST and over the stream comes once. */
const REMEMBERED = 10_000;

/** How many events may wait until what was missed is there. */
const MAX_HELD = 10_000;

/** How long the first connection may wait to learn where its stream begins, in ms. */
const BASELINE_PATIENCE = 5_000;

/**
 * Returns an operator that connects `again` and again, and keeps the place of one subscription in its
 * timeline over all these connections.
 *
 * Before the first connection it asks where the timeline stands, so that nothing is missed even if the
 * connection is lost before its first event. After each later `connected` (after the first, too, with
 * `resumeFrom`) what was missed is fetched and emitted, oldest first, with `recovered: true`, then a
 * `caught-up` event; what comes live meanwhile is held back until then. A loss of the connection ends that
 * early: the next connection goes on with it, and what was held waits for that, too, or comes before the
 * error where there is no next one. Each post, notification and conversation comes once.
 *
 * A failure is a `warning` and `complete: false`, never the end of the stream. Deletes and edits that were
 * missed cannot be known from REST.
 *
 * @param again - `reconnect`, or nothing at all.
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export function catchUp<T extends BaseEvent<string, unknown>>(
  client: Client,
  { stream, rest }: Channel,
  config: true | CatchUpConfig,
  resumeFrom: Cursor | undefined,
  again: MonoTypeOperatorFunction<T>,
): MonoTypeOperatorFunction<T> {
  const { maxItems, timeout } = resolveCatchUpConfig(config);
  const kinds = Object.keys(rest) as Kind[];
  const urlOf = (kind: Kind, query: string): URL => {
    const path = rest[kind] ?? '';
    return urlBelow(client.baseUrl, `${path}${path.includes('?') ? '&' : '?'}${query}`);
  };

  /** Up to where nothing is missing. */
  let cursor: Cursor = { ...resumeFrom };
  /** Kinds of which something may be missing: what comes live must not move their cursor. */
  const gaps = new Set<Kind>();
  /** Kinds that the token may not read, and that the stream therefore does not bring either. */
  const unreadable = new Set<Kind>();
  const seen = new Seen(REMEMBERED);
  let isFirst = resumeFrom === undefined;
  /** What came live while something was being fetched, and waits for that; also over a connection that was lost. */
  const held: T[] = [];

  const baselineOf = (kind: Kind): Observable<never> =>
    requestPage(client, urlOf(kind, 'limit=1')).pipe(
      tap(({ items: [newest] }) => {
        // Every id is above 0, of which no newer page is left out.
        cursor = {
          ...cursor,
          [kind]: idOf(kind, newest) ?? '0',
        };
      }),
      catchError((error: unknown) => {
        if (isForbidden(error)) unreadable.add(kind);
        return EMPTY;
      }),
      ignoreElements(),
    );

  const baseline$ = defer(() =>
    merge(
      ...kinds
        .filter((kind) => cursor[kind] === undefined && !unreadable.has(kind))
        .map((kind) => baselineOf(kind)),
    ).pipe(takeUntil(timer(BASELINE_PATIENCE))),
  );

  /**
   * The pages above the cursor, the oldest first; each is asked for when the one before is there.
   *
   * After the first of them it is asked for the newest item that there is, and they end at that: the
   * connection was open by then, and brings whatever is newer. Who went on to an empty page would be led on
   * by a timeline that has a new post in each round trip.
   */
  const pagesOf = (kind: Kind): Observable<Cut> => {
    let left = maxItems;
    let edge: string | undefined;
    const newerThan = (id: string): URL => urlOf(kind, `limit=${PAGE_SIZE}&min_id=${id}`);

    const cut = ({ items, newer, wait }: Page): Cut => {
      const known = cursor[kind] ?? '0';
      const above = items
        .map((item) => ({ item, id: idOf(kind, item) }))
        .filter(({ id }) => id === undefined || compareIds(id, known) > 0)
        .sort((a, b) => compareIds(a.id ?? '', b.id ?? ''))
        .slice(0, left);
      left -= above.length;
      return { items: above.map(({ item }) => item), newest: above.at(-1)?.id, newer, wait };
    };

    const edge$ = getPage(client, urlOf(kind, 'limit=1')).pipe(
      concatMap(({ items: [newest], wait }) => {
        edge = idOf(kind, newest);
        return pause(wait);
      }),
    );

    return getPage(client, newerThan(cursor[kind] ?? '0')).pipe(
      map(cut),
      expand(({ newest, newer, wait }, index) =>
        newest === undefined
          ? EMPTY
          : concat(
              pause(wait),
              index === 0 ? edge$ : EMPTY,
              defer(() => {
                if (edge !== undefined && compareIds(newest, edge) >= 0) return EMPTY;
                if (left <= 0) return of(CUT_OFF);
                return getPage(client, newer ?? newerThan(newest)).pipe(map(cut));
              }),
            ),
      ),
    );
  };

  /** The union of the source has these in it, whatever else it has. */
  const own = (event: StreamEvent): T => event as BaseEvent<string, unknown> as T;

  const isNew = (event: BaseEvent<string, unknown>): boolean => {
    const place = placeOf(event);
    return place === undefined || seen.add(`${place.kind} ${place.id}`);
  };

  /** Takes out of what is held what is of this kind and has no id above this one. */
  const takeHeld = (kind: Kind, upTo: string): Placed<T>[] => {
    const older: Placed<T>[] = [];
    const others = held.splice(0).filter((event) => {
      const place = placeOf(event);
      if (place?.kind !== kind || compareIds(place.id, upTo) > 0) return true;
      older.push({ id: place.id, event });
      return false;
    });
    held.push(...others);
    return older;
  };

  /** What came live: not again what came over REST, and the cursor moves where nothing is missing. */
  const follows = (event: BaseEvent<string, unknown>): boolean => {
    if (event.recovered) return true;
    if (!isNew(event)) return false;
    const place = placeOf(event);
    if (place && !gaps.has(place.kind)) cursor = cursorOf(event, cursor);
    return true;
  };

  const missed = (live$: Observable<ObservableNotification<unknown>>): Observable<T> =>
    defer(() => {
      const readable = kinds.filter((kind) => !unreadable.has(kind));
      const known = readable.filter((kind) => cursor[kind] !== undefined);
      let complete = kinds.length > 0 && known.length === readable.length;
      let recovered = 0;
      let problem: string | undefined;
      for (const kind of known) gaps.add(kind);

      /** The page, and what is held and belongs before its end: a post that was deleted since is in no page. */
      const inOrder = (kind: Kind, { items, newest }: Cut): T[] => {
        const older = newest === undefined ? [] : takeHeld(kind, newest);
        const fetched = items.map((item): Placed<T> => {
          const event = own({ ...eventOf(TYPES[kind], item, stream), recovered: true });
          return { id: idOf(kind, item) ?? '', event };
        });
        return [...fetched, ...older]
          .sort((a, b) => compareIds(a.id, b.id))
          .map(({ event }) => event);
      };

      const recover = (kind: Kind): Observable<T> =>
        pagesOf(kind).pipe(
          concatMap((page) =>
            concat(
              defer(() => inOrder(kind, page)).pipe(
                filter((event) => !event.recovered || isNew(event)),
                tap((event) => {
                  if (event.recovered) recovered++;
                }),
              ),
              defer(() => {
                if (page.newest !== undefined) cursor = { ...cursor, [kind]: page.newest };
                if (page === CUT_OFF) complete = false;
                return EMPTY;
              }),
            ),
          ),
          tap({ complete: () => gaps.delete(kind) }),
          catchError((error: unknown) => {
            if (isForbidden(error) && kinds.length > 1) {
              unreadable.add(kind);
              return EMPTY;
            }
            complete = false;
            problem = error instanceof Error ? error.message : 'an unknown failure';
            return EMPTY;
          }),
        );

      const enough$ = merge(
        timer(timeout).pipe(map(() => `it took longer than ${timeout} ms`)),
        live$.pipe(
          filter(() => held.length > MAX_HELD),
          map(() => `more than ${MAX_HELD} events came meanwhile`),
        ),
        // The connection is lost: the next one goes on with this, and says so itself.
        live$.pipe(
          filter(({ kind }) => kind !== 'N'),
          map(() => undefined),
        ),
      ).pipe(
        tap((reason) => {
          complete = false;
          problem = reason;
        }),
      );

      return concat(
        concat(...known.map((kind) => recover(kind))).pipe(takeUntil(enough$)),
        defer(() => (problem === undefined ? EMPTY : of(own(warningOf(problem, stream))))),
        defer(() =>
          of(own({ type: 'caught-up', payload: { recovered, complete, cursor }, stream })),
        ),
      );
    });

  return (source) =>
    concat(
      baseline$,
      source.pipe(
        // As a value, the end of a connection waits its turn behind what was held back.
        materialize(),
        connect((live$) => {
          let isHolding = false;
          let end: ObservableNotification<T> | undefined;

          /** Keeps it for the next connection where this one is lost. What comes while it goes goes last. */
          function* letGo(): Generator<ObservableNotification<T>> {
            if (end === undefined) {
              for (const event of held) yield asNotification(event);
              held.length = 0;
            }
            isHolding = false;
            if (end) yield end;
          }

          return live$.pipe(
            mergeMap((notification): ObservableInput<ObservableNotification<T>> => {
              if (isHolding) {
                if (notification.kind === 'N') held.push(notification.value);
                else end = notification;
                return EMPTY;
              }
              if (!isConnected(notification)) return of(notification);
              const mayMiss = !isFirst;
              isFirst = false;
              if (!mayMiss) return of(notification);
              isHolding = true;
              return concat(
                of(notification),
                missed(live$).pipe(map(asNotification)),
                defer(letGo),
              );
            }),
          );
        }),
        dematerialize(),
      ),
    ).pipe(
      again,
      catchError((error: unknown) =>
        concat(
          defer(() => held.splice(0)),
          throwError(() => error),
        ),
      ),
      filter((event) => follows(event)),
    );
}

/** A page, cut to what is wanted of it, the oldest first. */
interface Cut extends Page {
  readonly newest: string | undefined;
}

/** An event, and the id by which its kind is ordered. */
interface Placed<T> {
  readonly id: string;
  readonly event: T;
}

/** What comes instead of a page where `maxItems` is reached, and something is left out. */
const CUT_OFF: Cut = { items: [], newest: undefined, newer: undefined, wait: 0 };

const TYPES = {
  status: 'update',
  notification: 'notification',
  conversation: 'conversation',
} as const satisfies Record<Kind, string>;

/** The id by which the server pages an item. */
function idOf(kind: Kind, item: unknown): string | undefined {
  const { id, last_status: last } = (item ?? {}) as { id?: unknown; last_status?: unknown };
  const paged = kind === 'conversation' ? (last as { id?: unknown } | null | undefined)?.id : id;
  return typeof paged === 'string' ? paged : undefined;
}

function placeOf(event: BaseEvent<string, unknown>): { kind: Kind; id: string } | undefined {
  if (event.type === 'caught-up') return undefined;
  const [place] = Object.entries(cursorOf(event) ?? {}) as [Kind, string][];
  return place && { kind: place[0], id: place[1] };
}

const isForbidden = (error: unknown): boolean =>
  error instanceof MastodonApiError && error.status === 403;

const isConnected = (notification: ObservableNotification<BaseEvent<string, unknown>>): boolean =>
  notification.kind === 'N' && notification.value.type === 'connected';

const asNotification = <T>(value: T): ObservableNotification<T> => ({
  kind: 'N',
  value,
});

const warningOf = (problem: string, stream: readonly string[]): StreamEvent => ({
  type: 'warning',
  payload: {
    code: 'catch-up-incomplete' satisfies WarningCode,
    message: `What was missed could not be fetched: ${problem}`,
  },
  stream,
});
