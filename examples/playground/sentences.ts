/** Describes the events as text, for the log and for the tooltips of marbles. */
import type { StreamEvent } from 'mastodon-rx';
import type { Happening, Switches } from './happening.ts';
import { BACKFILL } from './village.ts';

/** A line of the log. */
export interface Line {
  /** The lane of the line: the server or the stream. */
  readonly by: 'server' | 'stream';
  /** The name of an event or of a button. */
  readonly tag: string;
  readonly text: string;
}

/** The time since the page was opened: `12.3 s`. */
export const timeOf = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Describes an event. */
export function lineOf(happening: Happening): Line {
  switch (happening.type) {
    case 'posted':
      return { by: 'server', tag: 'post', text: `Post ${happening.post} is written` };
    case 'removed':
      return { by: 'server', tag: 'delete', text: `Post ${happening.post} is deleted` };
    case 'fault':
      return { by: 'server', tag: happening.name, text: happening.text };
    case 'subscribed':
      return { by: 'stream', tag: 'subscribe', text: `With ${optionsOf(happening.switches)}` };
    case 'failed':
      return {
        by: 'stream',
        tag: 'error',
        text: `The stream ends with an error: ${happening.error.message}`,
      };
    case 'event':
      return {
        by: 'stream',
        tag: happening.event.type,
        text: textOf(happening.event, happening.post),
      };
  }
}

function textOf(event: StreamEvent, post: number | undefined): string {
  switch (event.type) {
    case 'update':
      return `Post ${post ?? '?'} ${event.recovered ? 'is recovered over REST' : 'arrives live'}`;
    case 'delete':
      return `Post ${post ?? '?'} was deleted`;
    case 'connected':
      return event.payload.attempt === 0
        ? 'The connection is open'
        : `The connection is open, at attempt ${event.payload.attempt + 1}`;
    case 'disconnected':
      return `${event.payload.error.message}. Waits ${timeOf(event.payload.retryIn)}`;
    case 'heartbeat':
      return 'The server is alive';
    case 'caught-up': {
      const { recovered, complete } = event.payload;
      return `${recovered} recovered, ${complete ? 'nothing is missing' : 'something is missing'}`;
    }
    case 'warning':
      return event.payload.message;
    default:
      return 'Another event';
  }
}

/** The options as code. */
export function optionsOf({ reconnect, catchUp, backfill }: Switches): string {
  const options = [
    ...(reconnect ? ['reconnect: true'] : []),
    ...(catchUp ? ['catchUp: true'] : []),
    ...(backfill ? [`backfill: ${BACKFILL}`] : []),
  ];
  return options.length > 0 ? `{ ${options.join(', ')} }` : 'no options';
}

/** The guarantees of a stream with these options. */
export function promiseOf({ reconnect, catchUp, backfill }: Switches): string {
  const start = backfill ? `The newest ${BACKFILL} posts come first, then the live ones. ` : '';
  if (!reconnect) {
    const hint = catchUp ? ' To catch up, it would have to reconnect.' : '';
    return `${start}A lost connection is an error, and the stream ends with it.${hint}`;
  }
  return catchUp
    ? `${start}A lost connection is opened again, and what was missed comes before what is new: no post is lost, none comes twice.`
    : `${start}A lost connection is opened again, and the posts of the meantime are lost.`;
}
