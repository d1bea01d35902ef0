/**
 * The HTML standard's algorithm for event streams, in the plainest form and for a whole stream: the
 * reference for the library. It has no chunks, no optimisation and no limit of memory.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

/** A comment line, a dispatched block, or a block with a line that is not UTF-8 (or that is too long). */
export type StandardItem =
  | { readonly comment: string }
  | { readonly event: string; readonly data: string; readonly id: string | undefined }
  | { readonly spoilt: 'invalid-utf-8' | 'too-long' };

/**
 * Reads the whole stream. Beyond the standard: comments are items, the id is that of the block, and a block is
 * `spoilt` if it has bytes that are not UTF-8, or if its lines are longer than `maxLength`.
 */
export function interpret(stream: Uint8Array, maxLength = Infinity): StandardItem[] {
  const items: StandardItem[] = [];
  let data = '';
  let event = '';
  let id: string | undefined;
  let spoilt: 'invalid-utf-8' | 'too-long' | undefined;
  let length = 0;

  const processField = (field: string, value: string): void => {
    switch (field) {
      case 'event':
        event = value;
        break;
      case 'data':
        data += `${value}\n`;
        break;
      case 'id':
        if (!value.includes('\0')) id = value;
        break;
      default: // retry is among them: this library does not take the delay from the stream
    }
  };

  const dispatch = (): void => {
    if (spoilt === 'too-long') items.push({ spoilt });
    else if (data !== '') {
      items.push(spoilt ? { spoilt } : { event, data: data.slice(0, -1), id });
    }
    data = '';
    event = '';
    id = undefined;
    spoilt = undefined;
    length = 0;
  };

  const lines = linesOf(withoutMark(stream));
  for (const { bytes, isWhole } of lines) {
    const { text, isValid } = decode(bytes);
    const isComment = text.startsWith(':');
    if (!isWhole) break; // at the end of the file, pending data is discarded
    if (text === '') {
      dispatch();
      continue;
    }
    if (spoilt === 'too-long') continue;
    if (length + text.length > maxLength) {
      spoilt = 'too-long';
      continue;
    }
    if (isComment) {
      items.push({ comment: text.slice(text[1] === ' ' ? 2 : 1) });
      continue;
    }
    length += text.length + 1;
    if (!isValid) spoilt = 'invalid-utf-8';
    const colon = text.indexOf(':');
    if (colon === -1) processField(text, '');
    else processField(text.slice(0, colon), text.slice(colon + 1).replace(/^ /, ''));
  }
  // A block is too long before its end arrives.
  if (spoilt === 'too-long') dispatch();
  return items;
}

const CR = 0x0d;
const LF = 0x0a;

/** One leading byte order mark is stripped. */
const withoutMark = (stream: Uint8Array): Uint8Array =>
  stream[0] === 0xef && stream[1] === 0xbb && stream[2] === 0xbf ? stream.subarray(3) : stream;

/** A line ends with CR LF, with LF or with CR; text after the last end is not a whole line. */
function linesOf(stream: Uint8Array): { bytes: Uint8Array; isWhole: boolean }[] {
  const lines: { bytes: Uint8Array; isWhole: boolean }[] = [];
  let start = 0;
  for (let at = 0; at < stream.length; at++) {
    if (stream[at] !== CR && stream[at] !== LF) continue;
    lines.push({ bytes: stream.subarray(start, at), isWhole: true });
    if (stream[at] === CR && stream[at + 1] === LF) at++;
    start = at + 1;
  }
  lines.push({ bytes: stream.subarray(start), isWhole: false });
  return lines;
}

/** A line end is never part of a longer character, so that each line can be decoded separately. */
function decode(bytes: Uint8Array): { text: string; isValid: boolean } {
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      isValid: true,
    };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), isValid: false };
  }
}
