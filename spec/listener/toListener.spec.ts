import {
  MastodonIllegalArgumentError,
  MastodonNetworkError,
  MastodonStreamEndedError,
  MastodonUnauthorizedError,
  reconnect,
  type EventOf,
  type StreamEvent,
} from 'mastodon-rx';
import {
  concat,
  config,
  EMPTY,
  from,
  merge,
  NEVER,
  Observable,
  of,
  Subject,
  Subscription,
  throwError,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { StreamListener } from '../../src/listener/streamListener.ts';
import { toListener } from '../../src/listener/toListener.ts';
import { CallRecorder, unhandledErrors } from '../helpers/calls.ts';
import { status } from '../helpers/entities.ts';
import { marbles } from '../helpers/marbles.ts';

const stream = ['user'];

const deleted = (payload: string, label: readonly string[] = stream): EventOf<'delete'> => ({
  type: 'delete',
  payload,
  stream: label,
});
const connected = (attempt = 0, label: readonly string[] = stream): EventOf<'connected'> => ({
  type: 'connected',
  payload: { attempt },
  stream: label,
});
const heartbeat = (label: readonly string[] = stream): EventOf<'heartbeat'> => ({
  type: 'heartbeat',
  payload: { comment: 'thump' },
  stream: label,
});
const disconnected = (label: readonly string[] = stream): EventOf<'disconnected'> => ({
  type: 'disconnected',
  payload: { error: new MastodonStreamEndedError(), retryIn: 1 },
  stream: label,
});
const refused = new MastodonUnauthorizedError('refused', { status: 401 });

/** A stream to emit events from, with its listener and its handle. */
function played(listener = new CallRecorder()) {
  const source = new Subject<StreamEvent>();
  return { source, listener, handle: toListener(source, listener) };
}

/** Waits short enough for marble diagrams. */
const fixed = (delay: number) => ({ delay, maxDelay: delay, factor: 1, jitter: false });

describe('toListener', () => {
  it('subscribes at once, and once', () => {
    marbles(({ cold, flush, expectSubscriptions }) => {
      const source = cold<StreamEvent>('--a--|', { a: deleted('1') });
      const subs = '                    ^----!';
      toListener(source, new StreamListener());
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
    });
  });

  it('is alive and not receiving for a source that never emits', async () => {
    const handle = toListener(NEVER, {});
    expect(handle.isAlive()).toBe(true);
    expect(handle.isReceiving()).toBe(false);
    handle.close();
    await handle.done;
  });

  it('is done for an empty source', async () => {
    const listener = new CallRecorder();
    const handle = toListener(EMPTY, listener);
    expect(handle.isAlive()).toBe(false);
    await handle.done;
    expect(listener.calls).toEqual([]);
  });

  it('calls the handlers in order for a source that emits synchronously', async () => {
    const listener = new CallRecorder();
    await toListener(from([connected(), deleted('1'), deleted('2')]), listener).done;
    expect(listener.own).toEqual([
      ['onConnected', { attempt: 0 }],
      ['onDelete', '1'],
      ['onDelete', '2'],
    ]);
  });

  it('calls onAbort, then rejects done, for a source that errors', async () => {
    const listener = new CallRecorder();
    const handle = toListener(
      concat(
        of(connected()),
        throwError(() => refused),
      ),
      listener,
    );
    expect(handle.isAlive()).toBe(false);
    expect(handle.isReceiving()).toBe(false);
    await expect(handle.done).rejects.toBe(refused);
    expect(listener.calls.at(-1)).toEqual(['onAbort', refused, undefined]);
  });

  it('calls onAbort and onDisconnected for a lost connection, with its stream', () => {
    const { source, listener } = played();
    const event = disconnected(['list', '42']);
    source.next(event);
    expect(listener.calls).toEqual([
      ['onAbort', event.payload.error, ['list', '42']],
      ['onDisconnected', event.payload, ['list', '42']],
    ]);
  });

  it('calls onAbort with the exception of a custom operator, wrapped in an Error if it is not one', async () => {
    const bug = new TypeError('a bug');
    for (const [thrown, told] of [
      [bug, bug],
      ['a text', expect.objectContaining({ cause: 'a text' }) as unknown],
    ]) {
      const listener = new CallRecorder();
      const handle = toListener(
        throwError(() => thrown),
        listener,
      );
      await expect(handle.done).rejects.toBe(thrown);
      expect(listener.argsOf('onAbort')).toEqual([[told, undefined]]);
      expect(listener.argsOf('onAbort')[0]![0]).toBeInstanceOf(Error);
    }
  });

  it('calls onWarning for a warning of the connection', () => {
    const { source, listener } = played();
    const payload = { code: 'response-buffered', message: 'a proxy' } as const;
    source.next({ type: 'warning', payload, stream });
    expect(listener.calls).toEqual([['onWarning', payload, stream]]);
  });

  it('looks up handlers when events arrive', () => {
    const seen: string[] = [];
    const listener: { onDelete?: (id: string) => void } = {};
    const source = new Subject<StreamEvent>();
    toListener(source, listener);
    source.next(deleted('1'));
    listener.onDelete = (id) => seen.push(id);
    source.next(deleted('2'));
    expect(seen).toEqual(['2']);
  });

  it.each([
    ['nothing', undefined, /toListener needs a stream and a listener/],
    ['null', null, /toListener needs a stream and a listener/],
    ['a function', () => undefined, /toListener needs a stream and a listener/],
    ['a handler that is not a function', { onUpdate: 42 }, /onUpdate must be a function/],
  ])('rejects %s at the call', (_what, listener, message) => {
    const call = () => toListener(NEVER, listener as object);
    expect(call).toThrow(MastodonIllegalArgumentError);
    expect(call).toThrow(message);
  });
});

describe('onAnyEvent', () => {
  it('is not called for connection events', () => {
    const { source, listener } = played();
    for (const event of [connected(), heartbeat(), disconnected()]) source.next(event);
    expect(listener.argsOf('onAnyEvent')).toEqual([]);
    expect(listener.names).toEqual(['onConnected', 'onHeartbeat', 'onAbort', 'onDisconnected']);
  });

  it('is called for events of custom codecs, before their handler', () => {
    class Mine extends CallRecorder {
      onEmojiReaction(...args: unknown[]): void {
        this.calls.push(['onEmojiReaction', ...args]);
      }
    }
    const listener = new Mine();
    toListener(of({ type: 'emoji_reaction', payload: { count: 3 }, stream }), listener);
    expect(listener.calls).toEqual([
      ['onAnyEvent', 'emoji_reaction', { count: 3 }, stream],
      ['onEmojiReaction', { count: 3 }, stream],
    ]);
  });

  it.each([
    ['its payload is invalid', 'emoji_reaction', ['EmojiReaction/count: number']],
    ['its name is that of a handler of the library', 'abort', undefined],
  ])('is followed by onUnknownEvent if %s', (_why, name, problems) => {
    class Mine extends CallRecorder {
      onEmojiReaction(): void {
        this.calls.push(['onEmojiReaction']);
      }
    }
    const listener = new Mine();
    const payload = problems === undefined ? { name, data: 1 } : { name, data: 1, problems };
    toListener(of({ type: 'unknown', payload, stream } as const), listener);
    toListener(of({ type: name, payload: 1, stream }), new CallRecorder());
    expect(listener.calls).toEqual([
      ['onAnyEvent', name, 1, stream],
      ['onUnknownEvent', name, 1, stream],
    ]);
  });

  it('does not call onAbort for a custom event named abort', () => {
    const listener = new CallRecorder();
    for (const type of ['abort', 'constructor', '_']) {
      toListener(of({ type, payload: 1, stream }), listener);
    }
    expect(listener.own).toEqual([
      ['onUnknownEvent', 'abort', 1],
      ['onUnknownEvent', 'constructor', 1],
      ['onUnknownEvent', '_', 1],
    ]);
  });
});

describe('a StreamHandle', () => {
  it('unsubscribes from the source at once when it is closed, and resolves done', async () => {
    let isLeft = false;
    const handle = toListener(
      new Observable<StreamEvent>(() => () => {
        isLeft = true;
      }),
      new StreamListener(),
    );
    expect(isLeft).toBe(false);
    handle.close();
    expect(isLeft).toBe(true);
    expect(handle.isAlive()).toBe(false);
    await handle.done;
  });

  it('can be closed twice, and after its end', async () => {
    const { handle } = played();
    handle.close();
    handle.close();
    await handle.done;

    const over = toListener(
      throwError(() => refused),
      new CallRecorder(),
    );
    over.close();
    await expect(over.done).rejects.toBe(refused);
  });

  it('calls no handler after it was closed', () => {
    const { source, listener, handle } = played();
    source.next(deleted('1'));
    handle.close();
    source.next(deleted('2'));
    source.error(refused);
    expect(listener.own).toEqual([['onDelete', '1']]);
  });

  it.each([
    ['onAnyEvent', ['onAnyEvent']],
    ['onUpdate', ['onAnyEvent', 'onUpdate']],
  ] as const)('closed within %s, calls no further handler of the same event', (name, names) => {
    const called: string[] = [];
    const source = new Subject<StreamEvent>();
    const note = (handler: string) => () => {
      called.push(handler);
      if (handler === name) handle.close();
    };
    const handle = toListener(source, {
      onAnyEvent: note('onAnyEvent'),
      onUpdate: note('onUpdate'),
      onLocalUpdate: note('onLocalUpdate'),
    });
    source.next({ type: 'update', payload: status(), stream } as object as StreamEvent);
    expect(called).toEqual(names);
  });

  it('does not retry if it was closed within onAbort', () => {
    marbles(({ cold, flush, expectSubscriptions }) => {
      const source = cold<StreamEvent>('c-#', { c: connected() }, new MastodonNetworkError('lost'));
      const subs = '                    ^-!';
      const handle = toListener(source.pipe(reconnect(fixed(5))), {
        onAbort: () => handle.close(),
      });
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
      expect(handle.isAlive()).toBe(false);
    });
  });

  it('connects twice in 6 s at clean ends with a wait of 5 s; Mastodon.py did so 618 times', () => {
    marbles(({ cold, hot, flush, expectSubscriptions }) => {
      const source = cold<StreamEvent>('(c#)', { c: connected() }, new MastodonStreamEndedError());
      const subs = ['                   (^!)', '5s                 (^!)'];
      const close = hot('              6s x');
      const listener = new CallRecorder();
      const handle = toListener(source.pipe(reconnect(5_000, stream)), listener);
      close.subscribe(() => handle.close());
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
      expect(listener.names).toEqual(
        Array(2).fill(['onConnected', 'onAbort', 'onDisconnected']).flat(),
      );
    });
  });

  it('rejects done with the error even if it was closed within the last onAbort', async () => {
    const source = new Subject<StreamEvent>();
    const handle = toListener(source, { onAbort: () => handle.close() });
    source.error(refused);
    await expect(handle.done).rejects.toBe(refused);
  });

  it('does not retry if it was closed while it waited for a retry', () => {
    marbles(({ cold, hot, flush, expectSubscriptions }) => {
      const source = cold<StreamEvent>('c-#', { c: connected() }, new MastodonNetworkError('lost'));
      const close = hot('               ----x');
      const subs = '                    ^-!';
      const handle = toListener(source.pipe(reconnect(fixed(5))), { onAbort: () => undefined });
      close.subscribe(() => handle.close());
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
    });
  });

  it.each([
    ['has the stream of the lost connection', stream],
    ['has a disconnected event without a stream', undefined],
  ])('is alive between two connections, and receives only during them, if it %s', (_how, label) => {
    marbles(({ cold, hot, flush }) => {
      const connections = [
        cold<StreamEvent>('-c-#', { c: connected(0) }, new MastodonStreamEndedError()),
        cold<StreamEvent>('-#', {}, new MastodonNetworkError('refused')),
        cold<StreamEvent>('-c-#', { c: connected(2) }, refused),
      ];
      const source = new Observable<StreamEvent>((subscriber) =>
        connections.shift()!.subscribe(subscriber),
      );
      const clock = hot('   xxxxxxxxxxxxxxx');
      // r: receiving, a: alive, -: neither; the waits are of 3 ms, and each tick of the clock precedes the retry.
      const expected = 'arraaaaaaaaarr-';

      const handle = toListener(source.pipe(reconnect(fixed(3), label)), new CallRecorder());
      let states = '';
      clock.subscribe(() => {
        states += handle.isReceiving() ? 'r' : handle.isAlive() ? 'a' : '-';
      });
      flush();
      expect(states).toBe(expected);
    });
  });

  it('of merged streams is receiving while any of them is', () => {
    const { source, handle } = played();
    const [user, list] = [['user'], ['list', '42']];
    const receivingAfter = (event: StreamEvent): boolean => {
      source.next(event);
      return handle.isReceiving();
    };
    expect(receivingAfter(connected(0, user))).toBe(true);
    expect(receivingAfter(connected(0, list))).toBe(true);
    expect(receivingAfter(disconnected(user))).toBe(true);
    expect(receivingAfter(disconnected(list))).toBe(false);
    expect(receivingAfter(disconnected(list))).toBe(false);
    expect(receivingAfter(connected(1, list))).toBe(true);
    handle.close();
    expect(handle.isReceiving()).toBe(false);
  });

  it('of merged streams of the same name is receiving again at the next heartbeat', () => {
    const { source, handle } = played();
    for (const event of [connected(), connected(), disconnected()]) source.next(event);
    source.next(heartbeat());
    expect(handle.isReceiving()).toBe(true);
  });

  it('is not receiving within onAbort, and alive only if a retry follows', () => {
    const states: boolean[][] = [];
    const source = new Subject<StreamEvent>();
    const handle = toListener(source, {
      onAbort: () => states.push([handle.isAlive(), handle.isReceiving()]),
    });
    source.next(connected());
    source.next(disconnected());
    source.next(connected(1));
    source.error(refused);
    expect(states).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  it('is a teardown of RxJS', () => {
    const { handle } = played();
    const subscription = new Subscription();
    subscription.add(handle);
    subscription.unsubscribe();
    expect(handle.isAlive()).toBe(false);
  });

  it('works with using and await using', async () => {
    const first = played().handle;
    {
      using handle = first;
      expect(handle.isAlive()).toBe(true);
    }
    expect(first.isAlive()).toBe(false);

    const second = toListener(
      throwError(() => refused),
      new CallRecorder(),
    );
    const third = played().handle;
    {
      await using ended = second;
      await using handle = third;
      expect([ended.isAlive(), handle.isAlive()]).toEqual([false, true]);
    }
    expect(third.isAlive()).toBe(false);
  });

  it('has methods that do not depend on this', () => {
    const { handle } = played();
    const { close, isAlive, isReceiving } = handle;
    expect([isAlive(), isReceiving()]).toEqual([true, false]);
    close();
    expect(isAlive()).toBe(false);
  });
});

describe('an exception in a handler', () => {
  const bug = new TypeError('a bug');
  const buggy = (): never => {
    throw bug;
  };

  it('is reported with the names of the handler and the event, and the next event is handled', async () => {
    const unhandled = unhandledErrors();
    const deletes: string[] = [];
    const source = new Subject<StreamEvent>();
    const handle = toListener(source, {
      onDelete: (id) => {
        deletes.push(id);
        if (id === '1') buggy();
      },
    });
    source.next(deleted('1'));
    source.next(deleted('2'));
    expect(deletes).toEqual(['1', '2']);
    expect(handle.isAlive()).toBe(true);
    expect(unhandled.errors).toEqual([]);

    await unhandled.until(1);
    expect(unhandled.errors).toHaveLength(1);
    expect(unhandled.errors[0]).toMatchObject({
      message: 'onDelete failed at the event "delete"',
      cause: bug,
    });
  });

  it('of an async handler is reported, too', async () => {
    const unhandled = unhandledErrors();
    const { source } = played(
      Object.assign(new CallRecorder(), { onDelete: () => Promise.reject(bug) }),
    );
    source.next(deleted('1'));
    await unhandled.until(1);
    expect(unhandled.errors[0]).toMatchObject({
      message: 'onDelete failed at the event "delete"',
      cause: bug,
    });
  });

  it('in onAnyEvent does not prevent the event’s own handler', async () => {
    const unhandled = unhandledErrors();
    const { source, listener } = played(Object.assign(new CallRecorder(), { onAnyEvent: buggy }));
    source.next(deleted('1'));
    expect(listener.own).toEqual([['onDelete', '1']]);
    await unhandled.until(1);
    expect(unhandled.errors[0]!.message).toBe('onAnyEvent failed at the event "delete"');
  });

  it.each<[string, keyof StreamListener, StreamEvent, string]>([
    ['onHeartbeat', 'onHeartbeat', heartbeat(), 'heartbeat'],
    ['onAbort before a retry', 'onAbort', disconnected(), 'disconnected'],
    ['onConnected', 'onConnected', connected(), 'connected'],
  ])('in %s does not end the stream', async (_what, name, event, type) => {
    const unhandled = unhandledErrors();
    const { source, listener, handle } = played(
      Object.assign(new CallRecorder(), { [name]: buggy }),
    );
    source.next(event);
    source.next(deleted('1'));
    expect(handle.isAlive()).toBe(true);
    expect(listener.served).toEqual([['onDelete', '1']]);
    await unhandled.until(1);
    expect(unhandled.errors[0]!.message).toBe(`${name} failed at the event "${type}"`);
  });

  it('in the last onAbort does not replace the error of done', async () => {
    const unhandled = unhandledErrors();
    const handle = toListener(
      throwError(() => refused),
      { onAbort: buggy },
    );
    await expect(handle.done).rejects.toBe(refused);
    await unhandled.until(1);
    expect(unhandled.errors[0]).toMatchObject({ message: 'onAbort failed at the event "error"' });
  });

  it('of an event of any name has a short message without control characters', async () => {
    const unhandled = unhandledErrors();
    const source = new Subject<StreamEvent>();
    toListener(source, { onUnknownEvent: buggy });
    const name = `\u001b[2J${'x'.repeat(100_000)}`;
    source.next({ type: 'unknown', payload: { name, data: 1 }, stream });
    await unhandled.until(1);
    expect(unhandled.errors[0]!.message.length).toBeLessThan(200);
    expect(unhandled.errors[0]!.message).not.toContain('\u001b');
  });
});

describe('an error that ends the stream', () => {
  it('is an unhandled rejection only with neither onAbort nor done to handle it', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => {
      rejections.push(reason);
    };
    expect(config.onUnhandledError).toBeNull();
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const failing = throwError(() => refused);
      toListener(failing, { onAbort: () => undefined });
      toListener(failing, new CallRecorder());
      toListener(failing, {}).done.catch(() => undefined);
      await new Promise(setImmediate);
      expect(rejections).toEqual([]);

      toListener(failing, { onUpdate: () => undefined });
      toListener(failing, new StreamListener());
      await new Promise(setImmediate);
      expect(rejections).toEqual([refused, refused]);
    } finally {
      process.off('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other);
    }
  });
});

describe('one listener', () => {
  it('on two streams receives both, and can distinguish them', () => {
    const listener = new CallRecorder();
    const home = new Subject<StreamEvent>();
    const list = new Subject<StreamEvent>();
    const handles = [toListener(home, listener), toListener(list, listener)];
    home.next(deleted('1', ['user']));
    list.next(deleted('2', ['list', '42']));
    list.next(disconnected(['list', '42']));
    home.next(heartbeat(['user']));
    handles[0]!.close();
    home.next(deleted('3', ['user']));
    list.next(deleted('4', ['list', '42']));

    expect(listener.calls.filter(([name]) => name !== 'onAnyEvent')).toEqual([
      ['onDelete', '1', ['user']],
      ['onDelete', '2', ['list', '42']],
      ['onAbort', expect.any(MastodonStreamEndedError), ['list', '42']],
      ['onDisconnected', expect.objectContaining({ retryIn: 1 }), ['list', '42']],
      ['onHeartbeat', ['user']],
      ['onDelete', '4', ['list', '42']],
    ]);
  });

  it('on a merge has one handle, which closes all', () => {
    const left: string[] = [];
    const sources = ['a', 'b'].map(
      (name) => new Observable<StreamEvent>(() => () => left.push(name)),
    );
    const handle = toListener(merge(...sources), new StreamListener());
    handle.close();
    expect(left).toEqual(['a', 'b']);
  });
});
