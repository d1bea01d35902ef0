/** Writes events as messages, and reads them again: the body is what the instance sent, the subject says the rest. */
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { JsMsg } from '@nats-io/jetstream';
import { Subject, type OperatorFunction } from 'rxjs';
import { decodeEvents } from '../decode/decodeEvents.ts';
import { MastodonMalformedEventError } from '../model/errors.ts';
import { eventIdentity } from '../model/eventIdentity.ts';
import {
  isConnectionEvent,
  STREAM_EVENTS,
  type BaseEvent,
  type EventCodecs,
  type EventOf,
  type NoEvents,
  type ServerEvent,
  type StreamEvent,
  type UnknownPayload,
} from '../model/events.ts';
import { keyPrefix, type EventKeyConfig } from './eventKey.ts';
import { FifoMap } from '../internal/fifoMap.ts';
import type { StreamItem } from '../transport/transport.ts';
import { hostOf, parseSubject, streamToken, tokenOf, type EventSubject } from './subjects.ts';

/** An event that JetStream stored: an instance's, or `malformed` if the message holds none. */
export type StoredEvent<E = NoEvents> = ServerEvent<E> | EventOf<'malformed'>;

/** A message to publish. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly data: string;
  /** `undefined` if the event has no identity. */
  readonly id: string | undefined;
  readonly headers: MsgHdrs | undefined;
}

/** The origin of the events, and the format of their messages. */
export interface MessageConfig extends EventKeyConfig {
  readonly instance: string | URL;
  readonly subjectPrefix: string;
  readonly events?: EventCodecs | undefined;
  readonly key?: ((event: BaseEvent<string, unknown>) => string | undefined) | undefined;
}

const RECOVERED = 'Mastodon-Recovered';

/** Subjects longer than this would end the connection: NATS reads no control line above 4 KB. */
export const MAX_SUBJECT = 2_000;

/** Returns a function that writes an event as a message; `undefined` for one about the connection. */
export function messages(
  config: MessageConfig,
): (event: BaseEvent<string, unknown>) => OutgoingMessage | undefined {
  const { subjectPrefix, instance, account, events = {}, key = eventIdentity } = config;
  const prefix = keyPrefix(config);
  const above = `${subjectPrefix}.${tokenOf(hostOf(instance))}.`;
  /** All events of a stream have the same array, and few names. */
  const subjectsByStream = new WeakMap<readonly string[], FifoMap<string>>();

  const subjectFor = (stream: readonly string[], name: string): string => {
    let subjects = subjectsByStream.get(stream);
    if (!subjects) subjectsByStream.set(stream, (subjects = new FifoMap(MAX_NAMES)));
    let subject = subjects.get(name);
    if (subject === undefined) {
      subject = `${above}${streamToken(stream, account)}.${tokenOf(name)}`;
      subjects.set(name, subject);
    }
    return subject;
  };

  return (event) => {
    if (isConnectionEvent(event)) return undefined;
    const { type, stream, recovered } = event;
    const name = type === 'unknown' ? (event.payload as UnknownPayload).name : type;
    const identity = key(event);
    return {
      subject: subjectFor(stream, name),
      data: dataOf(event, events),
      // A header ends with its line.
      id:
        identity === undefined
          ? undefined
          : (prefix + identity).replace(/\p{Cc}/gu, encodeURIComponent),
      headers: recovered ? headersOf({ [RECOVERED]: '1' }) : undefined,
    };
  };
}

/** Returns a function that reads the event of a message, by the same codecs as what is streamed. */
export function readMessages<E extends EventCodecs = NoEvents>(
  events: E | undefined,
): (message: Pick<JsMsg, 'subject' | 'data' | 'headers'>) => ReadMessage<E> {
  const text = new TextDecoder();
  const readers = new FifoMap<Reader<E>>(MAX_READERS);
  const readerOf = (subject: string): Reader<E> | undefined => {
    let reader = readers.get(subject);
    if (!reader) {
      const parsed = parseSubject(subject);
      if (!parsed) return undefined;
      const { stream } = parsed;
      const decode = asFunction(decodeEvents<E>({ stream, events, onMalformed: 'emit' }));
      reader = { parsed, decode };
      readers.set(subject, reader);
    }
    return reader;
  };

  return ({ subject, data, headers: head }) => {
    const reader = readerOf(subject);
    if (!reader) {
      const error = new MastodonMalformedEventError('no-event-name', undefined, 1);
      const event = { type: 'malformed', payload: { error, raw: '' }, stream: [] } as const;
      return { event, parsed: { host: '', stream: [], type: '' } };
    }
    const { parsed, decode } = reader;
    const frame = { type: 'frame', event: parsed.type, data: text.decode(data), id: undefined };
    const event = decode(frame as StreamItem) as StoredEvent<E>;
    return { event: head?.has(RECOVERED) ? { ...event, recovered: true } : event, parsed };
  };
}

/** Reads the messages of one subject. */
interface Reader<E> {
  readonly parsed: EventSubject;
  readonly decode: (frame: StreamItem) => StreamEvent<E>;
}

/**
 * An operator that emits one value for each, synchronously, as a function: subscribed to once, while an
 * Observable for each message would cost as much as its JSON.
 */
function asFunction<T, R>(operator: OperatorFunction<T, R>): (value: T) => R {
  const values = new Subject<T>();
  let latest!: R;
  values.pipe(operator).subscribe((result) => (latest = result));
  return (value) => {
    values.next(value);
    return latest;
  };
}

/** A message that was read: the event and its origin. */
export interface ReadMessage<E> {
  readonly event: StoredEvent<E>;
  readonly parsed: EventSubject;
}

/** The number of event names to remember per stream, and of subjects whose readers are kept. */
const MAX_NAMES = 100;
const MAX_READERS = 10_000;

const DOCUMENTED: ReadonlySet<string> = new Set(STREAM_EVENTS);

/** The text from which the decoder reads the same payload again. */
function dataOf({ type, payload }: BaseEvent<string, unknown>, events: EventCodecs): string {
  if (type === 'unknown') return textOf((payload as UnknownPayload).data);
  if (type === 'delete' || type === 'announcement.delete') return payload as string;
  const codec = DOCUMENTED.has(type) || !Object.hasOwn(events, type) ? undefined : events[type];
  return textOf(codec ? codec.encode(payload) : payload);
}

/** A text that is no JSON is read as it is; one that would be read as something else goes as JSON. */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && !isJson(value) ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns headers with these values. */
export function headersOf(values: Readonly<Record<string, string>>): MsgHdrs {
  const made = headers();
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}
