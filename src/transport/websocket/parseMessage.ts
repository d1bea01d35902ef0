/** Parses a text message: its kind, and the stream that it is for. */

/** An event, as the server labels it. */
export interface EventMessage {
  readonly type: 'event';
  /** The stream's name, and its tag or list; undefined if the server does not label its events. */
  readonly stream: readonly string[] | undefined;
  readonly event: string | undefined;
  /** The data, as SSE would send it: JSON, a bare id, or the word `undefined`. */
  readonly data: string;
}

/** The server refused a request, and does not say which. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly error: string;
  /** Absent from Mastodon up to 4.3. */
  readonly status: number | undefined;
}

/** A message that is not JSON, or has an unknown shape. */
export interface UnreadableMessage {
  readonly type: 'unreadable';
  /** The stream of the message, if its beginning can be read. */
  readonly stream: readonly string[] | undefined;
  readonly event: string | undefined;
  readonly raw: string;
}

export type Message = EventMessage | ErrorMessage | UnreadableMessage;

/** Reads a message. Never throws. */
export function readMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable(text);
  }
  if (typeof value !== 'object' || value === null) return unreadable(text);
  const { stream, event, payload, error, status } = value as Record<string, unknown>;

  if (event === undefined && typeof error === 'string') {
    return { type: 'error', error, status: typeof status === 'number' ? status : undefined };
  }
  if (event === undefined && stream === undefined) return unreadable(text);
  const data = typeof payload === 'string' ? payload : dataOf(payload, text);
  if (data === undefined) return unreadable(text);
  return {
    type: 'event',
    stream: Array.isArray(stream) ? stream.map(labelOf) : undefined,
    event: typeof event === 'string' && event !== '' ? event : undefined,
    data,
  };
}

/**
 * Returns a part of a label as text. `String()` would call an object's own `toString`, and overflow the stack with
 * nested arrays.
 */
const labelOf = (part: unknown): string =>
  typeof part === 'string' || typeof part === 'number' ? String(part) : '';

/**
 * Returns the payload as text; undefined if it is nested too deeply to be serialised. Mastodon sends text, except
 * for payloads that were published as a number or as true.
 */
function dataOf(payload: unknown, text: string): string | undefined {
  if (typeof payload === 'number' && !Number.isSafeInteger(payload)) {
    // Parsed, 117420000000000001 would be another post: its digits are read from the message.
    return /"payload"\s*:\s*(-?[\d.eE+-]+)\s*\}\s*$/.exec(text)?.[1] ?? String(payload);
  }
  if (payload === undefined) return 'undefined';
  try {
    return JSON.stringify(payload);
  } catch {
    return undefined;
  }
}

/** Mastodon writes the stream first, then the event's name, then the payload, which may be invalid. */
const HEAD = /^\s*\{\s*"stream"\s*:\s*(\[[^\]]*\])(?:\s*,\s*"event"\s*:\s*("[^"\\]*"))?/;

function unreadable(raw: string): UnreadableMessage {
  const [, stream, event] = HEAD.exec(raw) ?? [];
  try {
    return {
      type: 'unreadable',
      stream: stream === undefined ? undefined : (JSON.parse(stream) as unknown[]).map(labelOf),
      event: event === undefined ? undefined : (JSON.parse(event) as string),
      raw,
    };
  } catch {
    return { type: 'unreadable', stream: undefined, event: undefined, raw };
  }
}
