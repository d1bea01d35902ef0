/**
 * In a page the streams are loaded by the first of them: what the page needs to begin with is half as
 * much, and one that is rendered on a server, or where nobody has signed in yet, needs no more.
 */
import { isObservable, map, mergeMap, of, switchMap, type Observable } from 'rxjs';
import type { EventCodecs, StreamEvent } from '../model/events.ts';
import { goOver } from '../internal/switchMapOnce.ts';
import { loaded } from '../platform/lazyImport.ts';
import { untilAway } from '../platform/pageLifecycle.ts';
import { reconnect } from '../policies/reconnect.ts';
import type * as Streaming from './streams.ts';

const streaming$ = loaded(() => import('./streams.ts'));

/** {@link Streaming.streamsOf}, later; who comes when it is loaded has it in the same turn. */
export const streamsOf: typeof Streaming.streamsOf = <E extends EventCodecs>(
  ...client: Parameters<typeof Streaming.streamsOf<E>>
): Streaming.Streams<E> => {
  let made: Streaming.Streams<E> | undefined;
  const streams$ = streaming$.pipe(map(({ streamsOf: now }) => (made ??= now(...client))));
  return {
    stream: (channel, config, cursor) => {
      const stream$ = streams$.pipe(map((streams) => streams.stream(channel, config, cursor)));
      return config.reconnect === false
        ? stream$.pipe(goOver((events$) => events$))
        : // A file that cannot be loaded is a connection that cannot be made.
          stream$.pipe(
            untilAway(),
            reconnect<Observable<StreamEvent<E>>>(config.reconnect, channel.stream),
            mergeMap((value): Observable<StreamEvent<E>> =>
              isObservable(value) ? value : of(value),
            ),
          );
    },
    health$: streams$.pipe(switchMap(({ health$ }) => health$)),
  };
};
