/** Frames in, events of the union out: JSON is parsed, payloads are checked, nothing is thrown away. */
import type * as t from 'io-ts';
import { type OperatorFunction, type Subscriber, Observable } from 'rxjs';
import { check, isRecord } from '../config/check.ts';
import { resolveReadingConfig } from '../config/resolve.ts';
import type { StreamConfig } from '../config/options.ts';
import { MastodonMalformedEventError } from '../model/errors.ts';
import {
  RESERVED_EVENT_NAMES,
  type BaseEvent,
  type EventCodecs,
  type NoEvents,
  type ServerPayloads,
  type StreamEvent,
  type UnknownPayload,
} from '../model/events.ts';
import { copyText } from '../internal/copyText.ts';
import { operate, type OperatorObserver } from '../internal/operate.ts';
import { mend } from './guards/mend.ts';
import { problemsOf } from './guards/problems.ts';
import {
  validationProblems,
  guardStackOverflow,
  type Guard,
  type ShapeName,
} from './guards/shape.ts';
import type { StreamItem } from '../transport/transport.ts';
import {
  isAnnouncement,
  isAnnouncementReaction,
  isConversation,
  isNotification,
  isStatus,
} from '#guards';

/** The options of {@link decodeEvents}. */
export interface DecodeConfig<E extends EventCodecs = NoEvents> extends Pick<
  StreamConfig,
  'onMalformed'
> {
  /** The `stream` of each event, e.g. `['hashtag', 'rxjs']`. */
  stream: readonly string[];
  /** io-ts codecs of further events, by event name. */
  events?: E | undefined;
}

/**
 * Turns the frames of `sse()` into events of the union, synchronously.
 *
 * ```text
 * source  -f-:-f|    f: the frame of an update, `:`: a comment
 * result  -u-h-u|    u: update, h: heartbeat
 * ```
 *
 * A comment becomes a `heartbeat`. An event whose name the library does not have, or whose payload does not fit its codec,
 * becomes `unknown`, and the stream continues. An event that cannot be read (an event of Mastodon's that is not JSON, an
 * event without a name) is malformed.
 *
 * Emits one event for each frame and each comment. Completes when the source does. Errors when the source does, and with
 * `MastodonMalformedEventError` at a malformed event; with `onMalformed: 'emit'` it emits a `malformed` event instead.
 *
 * ```ts
 * bytes$.pipe(sse(), decodeEvents({ stream: ['public'] })).subscribe(({ type }) => console.log(type));
 * // update
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if an option is wrong.
 */
export function decodeEvents<E extends EventCodecs = NoEvents>(
  config: DecodeConfig<E>,
): OperatorFunction<StreamItem, StreamEvent<E>> {
  const { stream, events, ...reading } = config;
  const { onMalformed } = resolveReadingConfig(reading);
  const readers = readersOf(events);

  return (source) =>
    // The union's members are made from names that the compiler cannot follow through a Map.
    new Observable((destination: Subscriber<unknown>) =>
      source.subscribe(
        operate(new EventDecoder(destination, stream, readers, onMalformed === 'emit')),
      ),
    ) as Observable<StreamEvent<E>>;
}

/** Of one stream: an object and no closures, since there may be thousands. */
class EventDecoder implements OperatorObserver<StreamItem, unknown> {
  readonly destination: Subscriber<unknown>;
  readonly #stream: readonly string[];
  readonly #readers: ReadonlyMap<string, Reader>;
  readonly #emitsMalformed: boolean;
  #position = 0;

  constructor(
    destination: Subscriber<unknown>,
    stream: readonly string[],
    readers: ReadonlyMap<string, Reader>,
    emitsMalformed: boolean,
  ) {
    this.destination = destination;
    this.#stream = stream;
    this.#readers = readers;
    this.#emitsMalformed = emitsMalformed;
  }

  next(item: StreamItem): void {
    if (item.type === 'comment') {
      this.#emit('heartbeat', { comment: item.comment });
      return;
    }
    if (item.type === 'warning') {
      this.#emit('warning', item.payload);
      return;
    }
    this.#position++;
    if (item.type === 'malformed') this.#fail(item.error, item.raw);
    else this.#read(item.event, item.data);
  }

  #read(type: string | undefined, data: string): void {
    if (type === undefined) {
      this.#fail(new MastodonMalformedEventError('no-event-name', undefined, this.#position), data);
      return;
    }
    const reader = this.#readers.get(type);
    if (reader === undefined) {
      this.#emit('unknown', { name: copyText(type), data: jsonOrText(data) });
      return;
    }
    const payload = reader(data);
    if (payload === NOT_JSON) {
      this.#fail(new MastodonMalformedEventError('invalid-json', type, this.#position), data);
    } else if (payload instanceof Mended) {
      const { value, problems } = payload;
      this.destination.next({ type, payload: value, stream: this.#stream, problems });
    } else if (payload instanceof InvalidPayload) {
      const { data: misfit, problems } = payload;
      this.#emit('unknown', { name: type, data: misfit, problems });
    } else {
      this.#emit(type, payload);
    }
  }

  #emit(type: string, payload: unknown): void {
    this.destination.next({ type, payload, stream: this.#stream } satisfies BaseEvent<
      string,
      unknown
    >);
  }

  #fail(error: MastodonMalformedEventError, raw: string): void {
    if (this.#emitsMalformed) this.#emit('malformed', { error, raw });
    else this.destination.error(error);
  }
}

/** The event of an entity that is parsed already, checked as one that was streamed. */
export function eventOf(
  type: 'update' | 'notification' | 'conversation',
  value: unknown,
  stream: readonly string[],
): StreamEvent {
  const read = checkEntity(type, value);
  return (
    read instanceof InvalidPayload
      ? {
          type: 'unknown',
          payload: { name: type, data: read.data, problems: read.problems },
          stream,
        }
      : read instanceof Mended
        ? { type, payload: read.value, stream, problems: read.problems }
        : { type, payload: read, stream }
  ) as StreamEvent;
}

/** Reads an event's data: the payload, or why there is none. */
type Reader = (data: string) => unknown;

const NOT_JSON = Symbol();

/** A payload of which something was left out that did not fit. */
class Mended {
  readonly value: unknown;
  readonly problems: readonly string[];

  constructor(value: unknown, problems: readonly string[]) {
    this.value = value;
    this.problems = problems;
  }
}

/** A payload that its codec does not accept. */
class InvalidPayload implements Omit<UnknownPayload, 'name'> {
  readonly data: unknown;
  readonly problems: readonly string[];

  constructor(data: unknown, problems: readonly string[]) {
    this.data = data;
    this.problems = problems;
  }
}

/**
 * The entity that an event's payload is, and the check that was made from its codec when the package was
 * built.
 */
interface Entity {
  readonly shape: ShapeName;
  readonly accepts: Guard;
}

const ENTITIES = {
  update: { shape: 'Status', accepts: guardStackOverflow(isStatus, false) },
  notification: { shape: 'Notification', accepts: guardStackOverflow(isNotification, false) },
  conversation: { shape: 'Conversation', accepts: guardStackOverflow(isConversation, false) },
  announcement: { shape: 'Announcement', accepts: guardStackOverflow(isAnnouncement, false) },
  'announcement.reaction': {
    shape: 'AnnouncementReaction',
    accepts: guardStackOverflow(isAnnouncementReaction, false),
  },
} as const satisfies Record<string, Entity>;

/** The value, mended if need be, or why it is none. */
function checkEntity(name: keyof typeof ENTITIES, value: unknown): unknown {
  const { shape, accepts } = ENTITIES[name];
  if (accepts(value)) return value;
  const problems = validationProblems(shape, value);
  const mended = guardStackOverflow((nested) => mend(shape, nested), undefined)(value);
  return mended === undefined ? new InvalidPayload(value, problems) : new Mended(mended, problems);
}

const entity = (name: keyof typeof ENTITIES): Reader => {
  return (data) => {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return NOT_JSON;
    }
    return checkEntity(name, value);
  };
};

/** Digit for digit: as a JSON number 117420000000000001 would be another post. */
const id: Reader = (data) =>
  data === '' ? new InvalidPayload(data, ['an id is missing']) : copyText(data);

/** Servers send `undefined`, `1`, `null` or whatever they please if there is nothing to say. */
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

/** A Map, since an event may be called `constructor`. */
function readersOf(events: EventCodecs | undefined): ReadonlyMap<string, Reader> {
  const custom = Object.entries(events ?? {}).map(
    ([name, codec]) => [name, customReader(codec)] as const,
  );
  return custom.length === 0 ? SERVER_READERS : new Map([...SERVER_READERS, ...custom]);
}

/**
 * A fork's event may be JSON or bare text, and its codec may transform. The text as sent is tried if
 * the JSON does not fit, so that `t.string` reads an id digit for digit.
 */
function customReader(codec: EventCodecs[string]): Reader {
  // What is nested too deeply for the stack does not fit.
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

/** The parsed JSON; the text if it is not JSON, or a number that would lose digits. */
function jsonOrText(data: string): unknown {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'number' && String(value) !== data ? copyText(data) : value;
  } catch {
    return copyText(data);
  }
}

/** Rejects `events` that are not io-ts codecs, or whose names are taken. */
export function checkEventCodecs(events: EventCodecs): void {
  check(isRecord(events), 'events must be an object of io-ts codecs by event name');
  for (const [name, codec] of Object.entries(events)) {
    check(name !== '', 'events: an event needs a name');
    check(
      !RESERVED_EVENT_NAMES.has(name),
      `events: the name ${JSON.stringify(name)} is taken by an event of this library`,
    );
    check(
      typeof (codec as unknown as { decode?: unknown } | undefined)?.decode === 'function',
      `events: ${JSON.stringify(name)} must be a codec`,
    );
  }
}
