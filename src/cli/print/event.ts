/** Chooses the block for each event, and writes those about the connection and the account. */
import type { BaseEvent, EventOf, MastodonError, StreamEvent } from '../../index.ts';
import { filterContextOf } from '../../model/appliedFilters.ts';
import { clean, oneLine, truncateName } from '../text.ts';
import type { Block, Paint } from './layout.ts';
import { conversationBlock, notificationBlock } from './notification.ts';
import { editBlock, postBlock, textPart } from './post.ts';

/** Returns the block of an event; undefined if it is not shown. */
export function blockOf(event: StreamEvent, paint: Paint): Block | undefined {
  const note = (text: string): Block => ({ head: paint('dim', `– ${clean(text)}`) });
  const context = filterContextOf(event.type, event.stream);

  switch (event.type) {
    case 'update':
      return postBlock(event.payload, context, paint);
    case 'status.update':
      return editBlock(event.payload, context, paint);
    case 'delete':
      return {
        head: `${paint('red', '✗')} ${paint('dim', `post ${oneLine(event.payload)} was deleted`)}`,
      };
    case 'notification':
      return notificationBlock(event.payload, paint);
    case 'conversation':
      return conversationBlock(event.payload, paint);
    case 'announcement':
      return {
        head: paint('magenta', 'The server announces'),
        body: textPart(event.payload.content),
        at: event.payload.published_at,
      };
    case 'announcement.reaction': {
      const { announcement_id: id, name, count } = event.payload;
      const reaction = `${oneLine(name)} × ${count}`;
      return note(`reactions to announcement ${oneLine(id)}: ${reaction}`);
    }
    case 'announcement.delete':
      return {
        head: `${paint('red', '✗')} ${paint('dim', `announcement ${oneLine(event.payload)} was deleted`)}`,
      };
    case 'filters_changed':
      return note('your filters have changed');
    case 'notifications_merged':
      return note('filtered notifications were accepted');
    case 'encrypted_message':
      return note('an encrypted message');
    case 'unknown':
      return note(unknownText(event.payload));
    case 'heartbeat':
      return undefined;
    case 'connected': {
      const { attempt } = event.payload;
      return note(`${attempt === 0 ? 'connected' : 'connected again'}: ${labelOf(event)}`);
    }
    case 'disconnected': {
      const { error, retryIn } = event.payload;
      return note(`connection lost (${wordsOf(error)}): next try in ${secondsOf(retryIn)}`);
    }
    case 'caught-up': {
      const { recovered, complete } = event.payload;
      const gap = complete ? '' : ', and some are missing';
      return note(`caught up: ${recovered} recovered${gap}`);
    }
    case 'malformed':
      return note(`${wordsOf(event.payload.error)}, and was left out`);
    case 'warning':
      return { head: paint('yellow', `warning: ${clean(event.payload.message)}`) };
    default:
      return note((event as StreamEvent).type);
  }
}

const labelOf = ({ stream }: BaseEvent<string, unknown>): string => stream.map(oneLine).join(' ');

const wordsOf = (error: MastodonError): string => oneLine(error.message).replace(/\.$/, '');

const secondsOf = (time: number): string =>
  time < 60_000 ? `${(time / 1_000).toFixed(1)} s` : `${(time / 60_000).toFixed(1)} min`;

function unknownText({ name, problems }: EventOf<'unknown'>['payload']): string {
  const misfit = problems?.[0];
  const event = `unknown event: ${truncateName(oneLine(name), 60)}`;
  return misfit === undefined
    ? event
    : `event with an unexpected payload: ${oneLine(name)} (${oneLine(misfit)})`;
}
