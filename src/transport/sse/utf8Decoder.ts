/**
 * Decodes chunks of bytes to text. Whole chunks are decoded at once, which is faster than `TextDecoder`'s own
 * streaming; the bytes of a character that two chunks share are kept for the next one.
 */

import type { Subscriber } from 'rxjs';
import { requireGlobal } from '../../platform/requireGlobal.ts';
import type { OperatorObserver } from '../../internal/operate.ts';

/** Receives the text. */
export interface TextSink {
  /** Takes a piece of text; `valid` is false if it has U+FFFD for bytes that were not UTF-8. */
  write(text: string, valid: boolean): void;
}

const NOTHING = new Uint8Array(0);

// For all streams, made when the first one needs them, so that importing the library needs no `TextDecoder`.
let decoders: Record<'strict' | 'lenient', TextDecoder> | undefined;

function makeDecoders(): NonNullable<typeof decoders> {
  requireGlobal('TextDecoder');
  // `ignoreBOM`: U+FEFF at the beginning of a later chunk is text; only the stream's first one is a mark.
  const decoder = (fatal: boolean) => new TextDecoder('utf-8', { fatal, ignoreBOM: true });
  return { strict: decoder(true), lenient: decoder(false) };
}

/** Decodes one stream, and passes on the text of each chunk synchronously. */
export class Utf8Decoder<R> implements OperatorObserver<Uint8Array, R> {
  readonly destination: Subscriber<R>;
  readonly #sink: TextSink;
  readonly #decoders: NonNullable<typeof decoders>;
  #tail = NOTHING;
  #started = false;

  constructor(destination: Subscriber<R>, sink: TextSink) {
    this.#decoders = decoders ??= makeDecoders();
    this.destination = destination;
    this.#sink = sink;
  }

  next(chunk: Uint8Array): void {
    const bytes = this.#tail.length === 0 ? chunk : concat(this.#tail, chunk);
    const end = bytes.length - cutLength(bytes);
    this.#tail = end === bytes.length ? NOTHING : bytes.slice(end);
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
    if (whole.length === 0) return;

    let text: string;
    try {
      text = this.#decoders.strict.decode(whole);
    } catch {
      this.#byLines(whole);
      return;
    }
    this.#emit(text, true);
  }

  /** [spec] strip one leading U+FEFF BYTE ORDER MARK, if any are present. */
  #emit(text: string, valid: boolean): void {
    const first = !this.#started && text !== '';
    if (first) this.#started = true;
    this.#sink.write(first && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, valid);
  }

  /**
   * Decodes line by line, so that invalid bytes make only their own line invalid: a line feed is never part of a
   * longer character.
   */
  #byLines(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const end = lineEnd(bytes, start);
      const line = bytes.subarray(start, end);
      start = end;
      let text: string | undefined;
      try {
        text = this.#decoders.strict.decode(line);
      } catch {
        this.#emit(this.#decoders.lenient.decode(line), false);
      }
      if (text !== undefined) this.#emit(text, true);
    }
  }
}

/** Returns the end of the line that begins at `start`, its LF or CR included. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++;
  return Math.min(end + 1, bytes.length);
}

/** Returns the number of bytes at the end (0 to 3) that begin a character which is not complete yet. */
function cutLength(bytes: Uint8Array): number {
  const oldest = Math.max(0, bytes.length - 3);
  for (let at = bytes.length - 1; at >= oldest; at--) {
    const byte = bytes[at]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      const seen = bytes.length - at;
      return seen < length ? seen : 0;
    }
  }
  return 0;
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
