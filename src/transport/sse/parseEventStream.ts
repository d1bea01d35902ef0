/**
 * Parses the bytes of a `text/event-stream` body into one item per dispatched block or comment.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { type OperatorFunction, type Subscriber, Observable } from 'rxjs';
import { resolveReadingConfig } from '../../config/resolve.ts';
import type { StreamConfig } from '../../config/options.ts';
import { MastodonMalformedEventError, type MalformedReason } from '../../model/errors.ts';
import { operate } from '../../internal/operate.ts';
import { Utf8Decoder, type TextSink } from './utf8Decoder.ts';

/** One block of the event stream, as the standard dispatches it: its fields, with the data still as text. */
export interface SseFrame {
  readonly type: 'frame';
  /** The `event` field as sent, e.g. `status.update`; undefined if the block had none. */
  readonly event: string | undefined;
  /** The `data` lines joined by `\n`: for Mastodon JSON, a bare id, or the word `undefined`. */
  readonly data: string;
  /** The block's `id` field. Mastodon sends none, so that a stream cannot be resumed by it. */
  readonly id: string | undefined;
}

/** A comment line: Mastodon's `:)` when the stream opens, and `:thump` every 15 s. */
export interface SseComment {
  readonly type: 'comment';
  /** The text after the colon, without the one space that may follow it. */
  readonly comment: string;
}

/** A block that cannot be read, emitted in order with the others (`onMalformed: 'emit'`). */
export interface SseMalformed {
  readonly type: 'malformed';
  readonly error: MastodonMalformedEventError;
  /** The block's data as far as it was kept, with U+FFFD for bytes that are not UTF-8. */
  readonly raw: string;
}

/** The items that {@link sse} emits. */
export type SseItem = SseFrame | SseComment | SseMalformed;

/** The options of {@link sse}. */
export type SseConfig = Pick<StreamConfig, 'maxEventLength' | 'onMalformed'>;

/**
 * Splits the bytes of an event stream into frames and comments.
 *
 * ```text
 * source  -b--c-|    b: 'data: 1\n', c: '\n'
 * result  ----f-|    f: a frame
 * ```
 *
 * An item is emitted synchronously with the chunk that ends it. A block that is longer than `maxEventLength` (UTF-16 code
 * units of all its lines; 1,048,576) or is not valid UTF-8 is malformed. Invalid bytes in a comment are ignored. A block
 * that is still open when the source completes is dropped. `retry` fields are ignored: `reconnect()` decides how long to
 * wait.
 *
 * Emits each frame and each comment. Completes when the source does. Errors when the source does, and with
 * `MastodonMalformedEventError` at a malformed block, after everything before it was emitted; with `onMalformed: 'emit'` it
 * emits an {@link SseMalformed} instead, and reads the next block normally.
 *
 * ```ts
 * body$.pipe(sse()).subscribe(({ type }) => console.log(type));
 * // comment
 * // frame
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if an option is wrong.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function sse(config: SseConfig = {}): OperatorFunction<Uint8Array, SseItem> {
  const { maxEventLength, onMalformed } = resolveReadingConfig(config);

  return (source) =>
    new Observable((destination) => {
      // Decoder and reader are made per subscription: a retry must not begin with half a line.
      const reader = new BlockReader(destination, maxEventLength, onMalformed === 'emit');
      return source.subscribe(operate(new Utf8Decoder(destination, reader)));
    });
}

const LF = 0x0a;
const COLON = 0x3a;

/**
 * Feeds eventsource-parser, and checks what the parser does not: the length of an unfinished block, and whether its
 * bytes are valid. The parser receives the text as it arrives; if something is invalid or near the limit, line by
 * line.
 */
class BlockReader implements TextSink {
  readonly #subscriber: Subscriber<SseItem>;
  readonly #maxLength: number;
  readonly #emitsMalformed: boolean;
  readonly #parser: EventSourceParser;
  /** The reason why the open block is malformed. */
  #fault: MalformedReason | undefined;
  /** The length of the open block's complete lines, comments aside, and of its unfinished line. */
  #block = 0;
  #line = 0;
  #lineIsComment = false;
  #position = 0;
  /** True if the text so far ended with CR. */
  #afterCR = false;

  constructor(subscriber: Subscriber<SseItem>, maxLength: number, emitsMalformed: boolean) {
    this.#subscriber = subscriber;
    this.#maxLength = maxLength;
    this.#emitsMalformed = emitsMalformed;
    this.#parser = createParser({
      onEvent: ({ event, data, id }) => {
        this.#position++;
        if (this.#fault === undefined) subscriber.next({ type: 'frame', event, data, id });
        else this.#fail(this.#fault, event, data);
      },
      onComment: (comment) => {
        if (this.#fault !== 'too-long') subscriber.next({ type: 'comment', comment });
      },
    });
    // The parser would remove the three characters ï»¿ as a byte order mark; Utf8Decoder has already removed the
    // real one.
    this.#parser.feed('');
  }

  write(chunk: string, valid: boolean): void {
    const text = this.#unified(chunk);
    if (text === '') return;
    const length = this.#block + this.#line + text.length;
    if (valid && this.#fault === undefined && length <= this.#maxLength) {
      this.#parser.feed(text);
      this.#measure(text);
    } else {
      this.#feedByLine(text, valid);
    }
  }

  #fail(reason: MalformedReason, event: string | undefined, raw: string): void {
    const error = new MastodonMalformedEventError(reason, event, this.#position);
    if (this.#emitsMalformed) this.#subscriber.next({ type: 'malformed', error, raw });
    else this.#subscriber.error(error);
  }

  /** Ends the block for the parser, which then releases its memory and passes the event's name. */
  #cutShort(head: string): void {
    const before = this.#position;
    this.#fault = 'too-long';
    this.#parser.feed(`${head}\n\n`);
    if (this.#position > before) return;
    this.#position++;
    this.#fail(this.#fault, undefined, '');
  }

  #feedByLine(text: string, valid: boolean): void {
    for (let start = 0; start < text.length && !this.#subscriber.closed;) {
      const feedAt = text.indexOf('\n', start);
      const end = feedAt === -1 ? text.length : feedAt;
      if (this.#line === 0 && end === start) {
        this.#parser.feed('\n');
        this.#fault = undefined;
        this.#block = 0;
      } else {
        if (this.#line === 0) this.#lineIsComment = text.charCodeAt(start) === COLON;
        this.#line += end - start;
        if (this.#fault !== 'too-long') {
          if (!valid && !this.#lineIsComment) this.#fault = 'invalid-utf-8';
          const excess = this.#block + this.#line - this.#maxLength;
          if (excess > 0) this.#cutShort(text.slice(start, Math.max(start, end - excess)));
          else this.#parser.feed(text.slice(start, end + 1));
        }
        if (feedAt !== -1) {
          if (!this.#lineIsComment) this.#block += this.#line + 1;
          this.#line = 0;
        }
      }
      start = end + 1;
    }
  }

  /** Counts the characters that the parser holds after it was fed `text` at once. */
  #measure(text: string): void {
    const blank = text.lastIndexOf('\n\n');
    let start = 0;
    let block = this.#block;
    let line = this.#line;
    if (blank !== -1) {
      start = blank + 2;
      block = 0;
      line = 0;
    } else if (line === 0 && text.charCodeAt(0) === LF) {
      start = 1;
      block = 0;
    }
    for (let end; (end = text.indexOf('\n', start)) !== -1; start = end + 1) {
      const isComment = line === 0 ? text.charCodeAt(start) === COLON : this.#lineIsComment;
      if (!isComment) block += line + end - start + 1;
      line = 0;
    }
    if (start < text.length) {
      if (line === 0) this.#lineIsComment = text.charCodeAt(start) === COLON;
      line += text.length - start;
    }
    this.#block = block;
    this.#line = line;
  }

  /**
   * [spec] Lines are separated by CR LF, by LF alone, or by CR alone. All become LF: eventsource-parser
   * would hold a line that ends with CR back until the next chunk, to see whether an LF follows.
   */
  #unified(text: string): string {
    if (!this.#afterCR && !text.includes('\r')) return text;
    const remaining = this.#afterCR && text.charCodeAt(0) === LF ? text.slice(1) : text;
    if (text !== '') this.#afterCR = remaining.endsWith('\r');
    return remaining.replace(/\r\n?/g, '\n');
  }
}
