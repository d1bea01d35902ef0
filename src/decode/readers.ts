/** Reads the data of each event by its name: as a checked entity, an id, nothing, or by a codec of the user's. */
import type * as t from 'io-ts';
import type { EventCodecs, ServerPayloads } from '../model/events.ts';
import { copyText } from '../internal/copyText.ts';
import { checkEntity, InvalidPayload, type EntityEvent } from './checkEntity.ts';
import { problemsOf } from './guards/problems.ts';
import { guardStackOverflow } from './guards/shape.ts';

/** Reads an event's data: returns the payload, or the reason why it cannot be read. */
export type Reader = (data: string) => unknown;

/** Returned for data that is not JSON although the event's payload must be. */
export const NOT_JSON = Symbol();

const entity =
  (name: EntityEvent): Reader =>
  (data) => {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return NOT_JSON;
    }
    return checkEntity(name, value);
  };

/** Reads an id digit for digit: as a JSON number 117420000000000001 would be another post. */
const id: Reader = (data) =>
  data === '' ? new InvalidPayload(data, ['an id is missing']) : copyText(data);

/** Ignores the data: servers send `undefined`, `1` or `null` for an event without a payload. */
const nothing: Reader = () => undefined;

const SERVER_READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    update: entity('update'),
    'status.update': entity('update'),
    notification: entity('notification'),
    delete: id,
    conversation: entity('conversation'),
    announcement: entity('announcement'),
    'announcement.reaction': entity('announcement.reaction'),
    'announcement.delete': id,
    filters_changed: nothing,
    notifications_merged: nothing,
    encrypted_message: jsonOrText,
  } satisfies Record<keyof ServerPayloads, Reader>),
);

/** Returns the readers by event name. A Map, since an event may be called `constructor`. */
export function readersOf(events: EventCodecs | undefined): ReadonlyMap<string, Reader> {
  const custom = Object.entries(events ?? {}).map(
    ([name, codec]) => [name, customReader(codec)] as const,
  );
  return custom.length === 0 ? SERVER_READERS : new Map([...SERVER_READERS, ...custom]);
}

/**
 * Reads an event with a codec of the user's. The data may be JSON or plain text, and the codec may transform it. If
 * the parsed JSON does not fit, the text itself is tried, so that `t.string` reads an id digit for digit.
 */
function customReader(codec: EventCodecs[string]): Reader {
  // A value that is nested too deeply for the stack does not fit.
  const read = guardStackOverflow<t.Validation<unknown> | undefined>(
    (value) => codec.decode(value),
    undefined,
  );
  return (data) => {
    const value = jsonOrText(data);
    const asJson = read(value);
    if (asJson?._tag === 'Right') return asJson.right;
    const asText = value === data ? undefined : read(copyText(data));
    if (asText?._tag === 'Right') return asText.right;
    return new InvalidPayload(value, problemsOf(codec, value));
  };
}

/** Returns the parsed JSON, or the text if it is not JSON or a number that would lose digits. */
export function jsonOrText(data: string): unknown {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'number' && String(value) !== data ? copyText(data) : value;
  } catch {
    return copyText(data);
  }
}
