/** Reads a stream's position from its events, to resume from it later. */
import type { BaseEvent, Cursor, StreamEvent } from './events.ts';
import { compareIds } from './compareIds.ts';

/**
 * Returns the position of an event, from which its stream can be resumed; `undefined` if it has none. Edits,
 * deletes and connection events have none, except `caught-up`, which also has the positions of kinds without an
 * event so far.
 *
 * With a cursor as the second argument, it returns that cursor moved forward, never back, in whatever order the
 * server sends events; if nothing has moved, the same object. A bot stores the result once it has handled the
 * event, and passes it as `resumeFrom` later. A cursor belongs to one stream: merged streams need one each.
 *
 * ```ts
 * let cursor: Cursor = await load();
 * for await (const event of timelines.user({ resumeFrom: cursor }).pipe(toAsyncIterable())) {
 *   await handle(event);
 *   await save((cursor = cursorOf(event, cursor)));
 * }
 * ```
 *
 * Throws nothing, whatever the event.
 *
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export function cursorOf(event: BaseEvent<string, unknown>): Cursor | undefined;
export function cursorOf(event: BaseEvent<string, unknown>, cursor: Cursor): Cursor;
export function cursorOf(event: BaseEvent<string, unknown>, cursor?: Cursor): Cursor | undefined {
  return placesIn(event as StreamEvent).reduce<Cursor | undefined>((moved, [kind, id]) => {
    const current = moved?.[kind];
    return current !== undefined && compareIds(id, current) <= 0 ? moved : { ...moved, [kind]: id };
  }, cursor);
}

function placesIn(event: StreamEvent): readonly (readonly [keyof Cursor, string])[] {
  switch (event.type) {
    case 'update':
      return [['status', event.payload.id]];
    case 'notification':
      return [['notification', event.payload.id]];
    case 'conversation': {
      const post = event.payload.last_status;
      return post ? [['conversation', post.id]] : [];
    }
    case 'caught-up':
      return Object.entries(event.payload.cursor) as [keyof Cursor, string][];
    default:
      return [];
  }
}
