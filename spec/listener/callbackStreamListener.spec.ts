import { MastodonIllegalArgumentError, type Status, type StreamEvent } from 'mastodon-rx';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CallbackStreamListener } from '../../src/listener/callbackStreamListener.ts';
import { StreamListener } from '../../src/listener/streamListener.ts';
import { toListener } from '../../src/listener/toListener.ts';
import { account, status } from '../helpers/entities.ts';
import { unhandledErrors } from '../helpers/calls.ts';

const stream = ['public'];

const updateBy = (acct: string): StreamEvent =>
  ({
    type: 'update',
    payload: status({ account: account({ acct }) }),
    stream,
  }) as object as StreamEvent;

describe('CallbackStreamListener', () => {
  it('calls its functions', async () => {
    const calls: unknown[] = [];
    const listener = new CallbackStreamListener({
      onDelete: (...args) => calls.push(args),
      onUpdate: undefined,
    });
    await toListener(from([{ type: 'delete', payload: '42', stream } as const]), listener).done;
    expect(calls).toEqual([['42', stream]]);
    expect(() => listener.onUpdate(status() as object as Status, stream)).not.toThrow();
  });

  it('is a StreamListener, whose other methods do nothing', () => {
    const listener = new CallbackStreamListener();
    expect(listener).toBeInstanceOf(StreamListener);
    const event = updateBy('ada');
    expect(() => toListener(from([event]), listener)).not.toThrow();
  });

  it('passes each update whose acct has no @ to onLocalUpdate, after onUpdate', async () => {
    const calls: [string, string][] = [];
    const listener = new CallbackStreamListener({
      onLocalUpdate: ({ account: { acct } }) => calls.push(['local', acct]),
      onUpdate: ({ account: { acct } }) => calls.push(['any', acct]),
    });
    const events = ['ada', 'bob@there.example', 'eve'].map(updateBy);
    await toListener(from(events), listener).done;
    expect(calls).toEqual([
      ['any', 'ada'],
      ['local', 'ada'],
      ['any', 'bob@there.example'],
      ['any', 'eve'],
      ['local', 'eve'],
    ]);
  });

  it('calls onLocalUpdate even if onUpdate throws or is missing', async () => {
    const unhandled = unhandledErrors();
    const calls: string[] = [];
    const onLocalUpdate = ({ account: { acct } }: { account: { acct: string } }) =>
      calls.push(acct);
    const onUpdate = () => {
      throw new Error('a bug');
    };
    await toListener(from([updateBy('ada')]), new CallbackStreamListener({ onLocalUpdate })).done;
    await toListener(
      from([updateBy('eve')]),
      new CallbackStreamListener({ onLocalUpdate, onUpdate }),
    ).done;
    await unhandled.until(1);
    expect(calls).toEqual(['ada', 'eve']);
  });

  it.each([
    ['a name of Mastodon.py', { update_handler: () => undefined }],
    ['a custom event', { onEmojiReaction: () => undefined }],
    ['a method of every object', { toString: String }],
    ['the constructor', { constructor: Object }],
  ])('rejects %s, and lists the valid names', (_what, callbacks) => {
    const make = () => new CallbackStreamListener(callbacks as object);
    const name = Object.keys(callbacks)[0]!;
    expect(make).toThrow(MastodonIllegalArgumentError);
    expect(make).toThrow(`Unknown callback "${name}". `);
    for (const known of ['onUpdate', 'onLocalUpdate', 'onAbort', 'onAnyEvent', 'onHeartbeat']) {
      expect(make).toThrow(known);
    }
  });

  it('suggests the name that a misspelt one resembles', () => {
    const make = () => new CallbackStreamListener({ onUpdat: () => undefined } as object);
    expect(make).toThrow('Unknown callback "onUpdat". Did you mean "onUpdate"?');
  });

  it.each([
    ['a callback that is not a function', { onUpdate: 'print' }, /onUpdate must be a function/],
    ['a callback of null', { onAbort: null }, /onAbort must be a function/],
    ['a function', () => undefined, /needs an object of functions/],
    ['null', null, /needs an object of functions/],
  ])('rejects %s', (_what, callbacks, message) => {
    const make = () => new CallbackStreamListener(callbacks as object);
    expect(make).toThrow(MastodonIllegalArgumentError);
    expect(make).toThrow(message);
  });
});
