/** An event as a message of the engine: its body is what the server sent, its subject says the rest. */
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { JsMsg } from '@nats-io/jetstream';
import { map, of, type Observable } from 'rxjs';
import { decodeEvents } from '../decode.ts';
import { MastodonMalformedEventError } from '../errors.ts';
import {
  STREAM_EVENTS,
  type BaseEvent,
  type EventCodecs,
  type EventOf,
  type NoEvents,
  type ServerEvent,
  type UnknownPayload,
} from '../events.ts';
import { Recent } from '../seen.ts';
import { ownKey } from './eventKey.ts';
import { hostOf, placeOf, streamToken, tokenOf, type EventPlace } from './subjects.ts';

/** What the engine gives back: a server's event, or `malformed` where the message holds none. */
export type StoredEvent<E = NoEvents> = ServerEvent<E> | EventOf<'malformed'>;

/** What goes to the engine. */
export interface OutgoingMessage {
  readonly subject: string;
  readonly data: string;
  /** Undefined where the event has no identity. */
  readonly id: string | undefined;
  readonly headers: MsgHdrs | undefined;
}

/** Where the events come from, and how they are written. */
export interface MessageConfig {
  readonly subject: string;
  readonly server: string | URL;
  readonly account?: string | undefined;
  readonly events?: EventCodecs | undefined;
  readonly key?: ((event: BaseEvent<string, unknown>) => string | undefined) | undefined;
}

const RECOVERED = 'Mastodon-Recovered';

/** Subjects longer than this would end the connection: NATS reads no control line above 4 KB. */
export const MAX_SUBJECT = 2_000;

/** Returns what makes a message of an event; of events about the connection it makes none. */
export function messages(
  config: MessageConfig,
): (event: BaseEvent<string, unknown>) => OutgoingMessage | undefined {
  const { subject, server, account, events = {}, key = ownKey } = config;
  const host = hostOf(server);
  const prefix = account === undefined ? `${host}/` : `${host}/@${account}/`;
  const above = `${subject}.${tokenOf(host)}.`;
  const labels = new WeakMap<readonly string[], string>();

  const labelOf = (stream: readonly string[]): string => {
    let label = labels.get(stream);
    if (label === undefined) labels.set(stream, (label = streamToken(stream, account)));
    return label;
  };

  return (event) => {
    if (CONNECTION_EVENTS.has(event.type)) return undefined;
    const { type, stream, recovered } = event;
    const name = type === 'unknown' ? (event.payload as UnknownPayload).name : type;
    const own = key(event);
    return {
      subject: `${above}${labelOf(stream)}.${tokenOf(name)}`,
      data: dataOf(event, events),
      // A header ends with its line.
      id: own === undefined ? undefined : (prefix + own).replace(/\p{Cc}/gu, encodeURIComponent),
      headers: recovered ? flagged() : undefined,
    };
  };
}

/** Returns what makes an event of a message again, by the same codecs and with the same policies. */
export function readMessages<E extends EventCodecs = NoEvents>(
  events: E | undefined,
): (message: Pick<JsMsg, 'subject' | 'data' | 'headers'>) => Observable<ReadMessage<E>> {
  const decoders = new Recent<ReturnType<typeof decodeEvents<E>>>(MAX_DECODERS);
  const decoderOf = (stream: readonly string[]): ReturnType<typeof decodeEvents<E>> => {
    const id = stream.join('\n');
    let decoder = decoders.get(id);
    if (!decoder) {
      decoder = decodeEvents<E>({ stream, events, onMalformed: 'emit' });
      decoders.set(id, decoder);
    }
    return decoder;
  };

  return ({ subject, data, headers: head }) => {
    const place = placeOf(subject);
    if (!place) {
      const error = new MastodonMalformedEventError('no-event-name', undefined, 1);
      const event = { type: 'malformed', payload: { error, raw: '' }, stream: [] } as const;
      return of({ event, place: { host: '', stream: [], type: '' } });
    }
    const recovered = head?.has(RECOVERED) === true;
    const text = new TextDecoder().decode(data);
    return of({ type: 'frame', event: place.type, data: text, id: undefined } as const).pipe(
      decoderOf(place.stream),
      map((event) => ({
        event: (recovered ? { ...event, recovered } : event) as StoredEvent<E>,
        place,
      })),
    );
  };
}

/** A message that was read: the event, and where it is from. */
export interface ReadMessage<E> {
  readonly event: StoredEvent<E>;
  readonly place: EventPlace;
}

/** How many streams' decoders are kept; the others are made again. */
const MAX_DECODERS = 1_000;

const CONNECTION_EVENTS: ReadonlySet<string> = new Set([
  'connected',
  'heartbeat',
  'disconnected',
  'caught-up',
  'malformed',
  'warning',
] satisfies StreamEventName[]);

type StreamEventName =
  'connected' | 'heartbeat' | 'disconnected' | 'caught-up' | 'malformed' | 'warning';

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

function flagged(): MsgHdrs {
  const flags = headers();
  flags.set(RECOVERED, '1');
  return flags;
}
