/**
 * Maps the messages of a stream to the frames that SSE would have produced: everything after it is the same for
 * both.
 */
import { type OperatorFunction, type Subscriber, Observable } from 'rxjs';
import type { ResolvedStreamConfig } from '../../config/options.ts';
import { MastodonMalformedEventError, type MalformedReason } from '../../model/errors.ts';
import { operate } from '../../internal/operate.ts';
import type { StreamItem } from '../transport.ts';
import type { SocketItem } from './subscriptions/subscriptionTable.ts';

/**
 * Maps messages to stream items, as `sse()` does with bytes: an unreadable or too long message is malformed, and
 * the stream continues.
 */
export const frames =
  ({
    maxEventLength,
    onMalformed,
  }: Pick<ResolvedStreamConfig, 'maxEventLength' | 'onMalformed'>): OperatorFunction<
    SocketItem,
    StreamItem
  > =>
  (source) =>
    new Observable((subscriber: Subscriber<StreamItem>) => {
      let position = 0;

      const fail = (reason: MalformedReason, event: string | undefined, raw: string): void => {
        const error = new MastodonMalformedEventError(reason, event, position);
        if (onMalformed === 'emit') subscriber.next({ type: 'malformed', error, raw });
        else subscriber.error(error);
      };

      source.subscribe(
        operate<SocketItem, StreamItem>({
          destination: subscriber,
          next: (item) => {
            if (item.type === 'warning') {
              subscriber.next(item);
              return;
            }
            position++;
            if (item.type === 'unreadable') {
              const { event, raw } = item;
              if (raw.length > maxEventLength)
                fail('too-long', event, raw.slice(0, maxEventLength));
              else fail('invalid-json', event, raw);
              return;
            }
            const { event, data } = item;
            if (data.length > maxEventLength)
              fail('too-long', event, data.slice(0, maxEventLength));
            else subscriber.next({ type: 'frame', event, data, id: undefined });
          },
        }),
      );
    });
