import { readFileSync } from 'node:fs';

/** The recorded streams, each as the exact bytes of a response with chunk framing. */
export const STREAM_CAPTURES = [
  'direct',
  'hashtag-japanese',
  'hashtag-local',
  'hashtag',
  'heartbeat-70s',
  'kill-access_token',
  'list',
  'public-local',
  'public-only_media',
  'public-remote',
  'public',
  'user-notification',
  'user-odd-payloads',
  'user',
] as const;

/** A recorded response, with the items that a plain reader finds in it. */
export interface Capture {
  readonly raw: Buffer;
  /** The head, and then each HTTP chunk with its framing. */
  readonly writes: readonly Buffer[];
  /** The body without the framing. */
  readonly body: Buffer;
  /** Whether the recording has the end of the body. */
  readonly ended: boolean;
  /** Comment lines, and events as name and data, in order. */
  readonly items: readonly (
    { readonly comment: string } | { readonly event: string; readonly data: string }
  )[];
}

export function captureOf(name: (typeof STREAM_CAPTURES)[number]): Capture {
  const raw = readFileSync(new URL(`../fixtures/${name}.raw.http`, import.meta.url));
  const headEnd = raw.indexOf('\r\n\r\n') + 4;
  const writes = [raw.subarray(0, headEnd)];
  const chunks: Buffer[] = [];
  let ended = false;
  for (let at = headEnd; at < raw.length;) {
    const sizeEnd = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.toString('latin1', at, sizeEnd), 16);
    const end = sizeEnd + 2 + size + 2;
    writes.push(raw.subarray(at, end));
    if (size === 0) ended = true;
    chunks.push(raw.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = end;
  }
  const body = Buffer.concat(chunks);
  return { raw, writes, body, ended, items: itemsOf(body.toString('utf8')) };
}

/** Mastodon's dialect, read in the plainest way: comments, and blocks of `event`, `data` and an empty line. */
function itemsOf(text: string): Capture['items'] {
  const items: Capture['items'][number][] = [];
  let event = '';
  let data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith(':')) items.push({ comment: line.slice(1) });
    else if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data.push(line.slice(6));
    else if (line === '') {
      if (data.length > 0) items.push({ event, data: data.join('\n') });
      event = '';
      data = [];
    }
  }
  return items;
}

/** The expected event for a recorded item, from the documented table and not from the library's code. */
export function expectedOf(item: Capture['items'][number]): unknown {
  const stream = ['user'];
  if ('comment' in item) return { type: 'heartbeat', payload: { comment: item.comment }, stream };
  const { event: type, data } = item;
  switch (type) {
    case 'update':
    case 'status.update':
    case 'notification':
    case 'conversation':
    case 'announcement':
    case 'announcement.reaction':
      return { type, payload: JSON.parse(data) as unknown, stream };
    case 'delete':
    case 'announcement.delete':
      return { type, payload: data, stream };
    case 'filters_changed':
    case 'notifications_merged':
      return { type, payload: undefined, stream };
    case 'encrypted_message':
      return { type, payload: json(data), stream };
    default:
      return { type: 'unknown', payload: { name: type, data: json(data) }, stream };
  }
}

function json(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
