/** Reads a stream's position from its events, to resume from it later. */
import type { BaseEvent, Cursor, StreamEvent } from './events.ts';
import { compareIds } from './compareIds.ts';

/**
 * Reads from an event the id that its stream can be resumed from; `undefined` if it has none, as with
 * edits, deletes and everything about the connection but `caught-up`, which knows where a kind stands of
 * which nothing has come yet.
 *
 * With a cursor as second argument it returns that cursor moved on, never back, whatever order the server
 * sends in; the same object if nothing has moved. That is what a bot stores once it is done with the
 * event, and hands back as `resumeFrom`. A cursor is of one stream: merged streams need one each.
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
