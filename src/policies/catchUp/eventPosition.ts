/** Reads the kind and the paging id of events and of REST items. */
import { eventOf } from '../../decode/checkEntity.ts';
import { cursorOf } from '../../model/cursorOf.ts';
import type { BaseEvent, Cursor, StreamEvent } from '../../model/events.ts';

/** The kinds that the server pages by ids of their own: posts, notifications, conversations. */
export type Kind = keyof Cursor;

/** The type of the event that brings an item of a kind. */
export const EVENT_TYPES = {
  status: 'update',
  notification: 'notification',
  conversation: 'conversation',
} as const satisfies Record<Kind, string>;

/** The position of an event among those of its kind. */
export interface Position {
  readonly kind: Kind;
  readonly id: string;
}

/** Returns an event's kind and paging id; undefined for events without one, like `delete`. */
export function positionOf(event: BaseEvent<string, unknown>): Position | undefined {
  if (event.type === 'caught-up') return undefined;
  const [position] = Object.entries(cursorOf(event) ?? {}) as [Kind, string][];
  return position && { kind: position[0], id: position[1] };
}

/** Returns the id by which the server pages a REST item; undefined if it has none. */
export function pagingIdOf(kind: Kind, item: unknown): string | undefined {
  const { id, last_status: last } = (item ?? {}) as { id?: unknown; last_status?: unknown };
  const paged = kind === 'conversation' ? (last as { id?: unknown } | null | undefined)?.id : id;
  return typeof paged === 'string' ? paged : undefined;
}

/** Makes the event that an item from REST would have been on the stream, marked as recovered. */
export const recoveredEvent = (
  kind: Kind,
  item: unknown,
  stream: readonly string[],
): StreamEvent => ({ ...eventOf(EVENT_TYPES[kind], item, stream), recovered: true });
