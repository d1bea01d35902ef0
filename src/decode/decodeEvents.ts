/** Turns frames into events of the union. Nothing is thrown away: what cannot be read is an event, too. */
import { type OperatorFunction, type Subscriber, Observable } from 'rxjs';
import { resolveReadingConfig } from '../config/resolve.ts';
import type { StreamConfig } from '../config/options.ts';
import { copyText } from '../internal/copyText.ts';
import { operate, type OperatorObserver } from '../internal/operate.ts';
import { MastodonMalformedEventError } from '../model/errors.ts';
import type { BaseEvent, EventCodecs, NoEvents, StreamEvent } from '../model/events.ts';
import type { StreamItem } from '../transport/transport.ts';
import { InvalidPayload, Mended } from './checkEntity.ts';
import { jsonOrText, NOT_JSON, readersOf, type Reader } from './readers.ts';

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
    // The compiler cannot follow the names of the union's members through a Map.
    new Observable((destination: Subscriber<unknown>) =>
      source.subscribe(
        operate(new EventDecoder(destination, stream, readers, onMalformed === 'emit')),
      ),
    ) as Observable<StreamEvent<E>>;
}

/** Decodes the items of one stream. It is an object without closures, since there may be thousands. */
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
      this.#emit('unknown', { name: type, data: payload.data, problems: payload.problems });
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
