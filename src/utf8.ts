/**
 * Bytes in, text out, cut wherever the network cuts: whole chunks are decoded at once, which is faster
 * than `TextDecoder`'s own streaming, and the few bytes of a character that is cut in two are kept.
 */

/** Takes a piece of text; `valid` is false where bytes of it were no UTF-8 and stand as U+FFFD. */
export type OnText = (text: string, valid: boolean) => void;

const NOTHING = new Uint8Array(0);

// `ignoreBOM`: U+FEFF is text wherever a chunk happens to begin; only the first one is a mark.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Returns a decoder for one stream, which hands the text of each chunk to `onText` in the same turn. */
export function utf8Decoder(onText: OnText): (chunk: Uint8Array) => void {
  let tail = NOTHING;
  let started = false;

  /** [spec] strip one leading U+FEFF BYTE ORDER MARK, if any are present. */
  const emit: OnText = (text, valid) => {
    const first = !started && text !== '';
    if (first) started = true;
    onText(first && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, valid);
  };

  return (chunk) => {
    const bytes = tail.length === 0 ? chunk : concat(tail, chunk);
    const end = bytes.length - cutLength(bytes);
    tail = end === bytes.length ? NOTHING : bytes.slice(end);
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
    if (whole.length === 0) return;

    let text: string;
    try {
      text = strict.decode(whole);
    } catch {
      byLines(whole, emit);
      return;
    }
    emit(text, true);
  };
}

/** Bad bytes spoil their own line and no other: a line feed is never part of a longer character. */
function byLines(bytes: Uint8Array, emit: OnText): void {
  for (let start = 0; start < bytes.length;) {
    const end = lineEnd(bytes, start);
    const line = bytes.subarray(start, end);
    start = end;
    let text: string | undefined;
    try {
      text = strict.decode(line);
    } catch {
      emit(lenient.decode(line), false);
    }
    if (text !== undefined) emit(text, true);
  }
}

/** Where the line that begins at `start` ends, its LF or CR included. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++;
  return Math.min(end + 1, bytes.length);
}

/** How many bytes at the end (0 to 3) begin a character that is not complete yet. */
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

function concat(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}
