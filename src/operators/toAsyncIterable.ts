/** Turns a stream into an async iterable, for `for await`. */
import { isObservable, Observable, Subscription } from 'rxjs';
import { check } from '../config/check.ts';
import { BoundedQueue, checkOverflowConfig, type OverflowConfig } from './boundedQueue.ts';
import { operate } from '../internal/operate.ts';

/**
 * Turns the source into an async iterable, for `for await`.
 *
 * Each loop is a subscription of its own, made by its first `next()`. `break`, `return` and an exception
 * in the loop's body unsubscribe at once, which closes the socket. Values that come while the body is busy
 * are buffered, up to `capacity`; if the buffer is full, `overflow` says which value is dropped, and
 * `onDrop` is called with it. An error of the source is thrown into the loop, and completion ends the loop,
 * each after the buffered values. `next()` may be called again before the last call's promise has settled.
 *
 * ```ts
 * for await (const event of toAsyncIterable(timelines.user(), { overflow: 'drop-oldest' })) {
 *   if (event.type === 'notification') await reply(event.payload);
 * }
 * ```
 *
 * @throws `MastodonIllegalArgumentError` at the call, if an argument is wrong. Into the loop: the source's error,
 * an exception of `onDrop`, and `MastodonQueueOverflowError` with `overflow: 'error'`, the default.
 */
export function toAsyncIterable<T>(
  source: Observable<T>,
  config: OverflowConfig<T> = {},
): AsyncIterable<T> {
  check(
    isObservable(source),
    'toAsyncIterable needs a stream first: toAsyncIterable(timelines.user(), config)',
  );
  checkOverflowConfig('toAsyncIterable', config);
  return { [Symbol.asyncIterator]: () => iterate(source, config) };
}

/** A call of `next()` whose promise has not settled. */
interface Call<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

function iterate<T>(
  source: Observable<T>,
  config: OverflowConfig<T>,
): AsyncIterableIterator<T, undefined> {
  const queue = new BoundedQueue<T>(config);
  const subscription = new Subscription();
  let calls: Call<T>[] = [];
  let isSubscribed = false;
  let isOver = false;
  /** Thrown once, like a generator's error. */
  let failure: { readonly error: unknown } | undefined;

  const end = (failed?: { readonly error: unknown }): void => {
    isOver = true;
    failure = failed;
    const pending = calls;
    calls = [];
    for (const call of pending) settle(call);
  };

  const settle = (call: Call<T>): void => {
    if (queue.size > 0) {
      call.resolve({ done: false, value: queue.shift() });
    } else if (failure) {
      call.reject(failure.error);
      failure = undefined;
    } else if (isOver) {
      call.resolve({ done: true, value: undefined });
    } else {
      calls.push(call);
    }
  };

  const subscribe = (): void => {
    isSubscribed = true;
    const values$ = new Observable<never>((destination) =>
      source.subscribe(
        operate<T, never>({
          destination,
          next: (value) => {
            const call = calls.shift();
            if (call) call.resolve({ done: false, value });
            else queue.push(value);
          },
        }),
      ),
    );
    subscription.add(
      values$.subscribe({ error: (error: unknown) => end({ error }), complete: () => end() }),
    );
  };

  return {
    next: () =>
      new Promise((resolve, reject) => {
        settle({ resolve, reject });
        if (!isSubscribed && !isOver) subscribe();
      }),
    return: () => {
      subscription.unsubscribe();
      queue.clear();
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
