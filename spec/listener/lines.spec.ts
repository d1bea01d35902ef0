/** From the bytes of a stream to the calls of a listener's handlers. */
import { decodeEvents, sse } from 'mastodon-rx';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { StreamConfig } from '../../src/config/options.ts';
import type { Listener } from '../../src/listener/handlers.ts';
import { toListener } from '../../src/listener/toListener.ts';
import { bytes, everyCut } from '../helpers/bytes.ts';
import { CallRecorder, type Call } from '../helpers/calls.ts';
import { account, status } from '../helpers/entities.ts';

const stream = ['user'];

/** Feeds the chunks of a stream to the listener. */
function feed(chunks: Iterable<Uint8Array>, listener: Listener, config: StreamConfig = {}): void {
  toListener(from(chunks).pipe(sse(config), decodeEvents({ stream, ...config })), listener);
}

/** A listener that was fed these lines, each of which ends with a line feed. */
function fed(lines: readonly string[], config?: StreamConfig): CallRecorder {
  const listener = new CallRecorder();
  feed([bytes(lines.map((line) => `${line}\n`).join(''))], listener, config);
  return listener;
}

const callsOf = (lines: readonly string[], config?: StreamConfig): Call[] => fed(lines, config).own;

const post = status();
const mention = {
  id: '7',
  type: 'mention',
  created_at: '2026-11-21T19:00:00.000Z',
  account: account(),
};
const reaction = { name: '🎉', count: 3, announcement_id: '8' };
const announcement = {
  id: '8',
  content: '<p>Back soon</p>',
  starts_at: null,
  ends_at: null,
  all_day: false,
  published_at: '2026-11-21T19:00:00.000Z',
  updated_at: '2026-11-21T19:00:00.000Z',
  mentions: [],
  statuses: [],
  tags: [],
  emojis: [],
  reactions: [],
};
const conversation = { id: '3', unread: true, accounts: [account()], last_status: post };

const json = (value: unknown): string => `data: ${JSON.stringify(value)}`;

describe('every event', () => {
  it.each<[string, string[], Call]>([
    ['update', [json(post)], ['onUpdate', post]],
    ['status.update', [json(post)], ['onStatusUpdate', post]],
    ['notification', [json(mention)], ['onNotification', mention]],
    ['delete', ['data: 117420000000000001'], ['onDelete', '117420000000000001']],
    ['conversation', [json(conversation)], ['onConversation', conversation]],
    ['announcement', [json(announcement)], ['onAnnouncement', announcement]],
    ['announcement.reaction', [json(reaction)], ['onAnnouncementReaction', reaction]],
    ['announcement.delete', ['data: 8'], ['onAnnouncementDelete', '8']],
    ['filters_changed', ['data: undefined'], ['onFiltersChanged']],
    ['notifications_merged', ['data: 1'], ['onNotificationsMerged']],
    ['encrypted_message', ['data: {"a":1}'], ['onEncryptedMessage', { a: 1 }]],
    ['emoji_reaction', ['data: {"a":1}'], ['onUnknownEvent', 'emoji_reaction', { a: 1 }]],
  ])('%s calls onAnyEvent, then its own handler, each with the stream', (name, data, own) => {
    const { calls } = fed([`event: ${name}`, ...data, '']);
    const payload = own[0] === 'onUnknownEvent' ? own[2] : own[1];
    const expected: Call[] = [
      ['onAnyEvent', name, payload, stream],
      [...own, stream],
    ];
    // The post is one of the server itself.
    if (name === 'update') expected.push(['onLocalUpdate', post, stream]);
    expect(calls).toEqual(expected);
  });

  it.each([
    [':', ':'],
    [':thump', ':thump'],
    [':)', ': )'],
  ])('%j is a heartbeat, not an event', (...lines) => {
    for (const line of lines) {
      expect(fed([line]).calls).toEqual([['onHeartbeat', stream]]);
      expect(fed([line, '']).calls).toEqual([['onHeartbeat', stream]]);
    }
  });
});

describe('five blocks in every order', () => {
  const blocks: readonly (readonly [lines: readonly string[], calls: readonly Call[]])[] = [
    [
      ['event: update', json(post), ''],
      [
        ['onUpdate', post],
        ['onLocalUpdate', post],
      ],
    ],
    [['event: notification', json(mention), ''], [['onNotification', mention]]],
    [['event: delete', 'data: 117420000000000001', ''], [['onDelete', '117420000000000001']]],
    // Heartbeats of Mastodon from 4.5 on, and of earlier versions.
    [[':thump', ''], [['onHeartbeat']]],
    [[':thump'], [['onHeartbeat']]],
  ];

  function* ordersOf<T>(things: readonly T[]): Generator<T[]> {
    if (things.length === 0) yield [];
    for (const [index, thing] of things.entries()) {
      const others = things.filter((_, other) => other !== index);
      for (const rest of ordersOf(others)) yield [thing, ...rest];
    }
  }
  const orders = [...ordersOf(blocks)];

  it('have 120 orders', () => {
    expect(new Set(orders.map((order) => JSON.stringify(order))).size).toBe(120);
  });

  it.each([
    ['at once', (stream: Uint8Array) => [stream]],
    ['byte by byte', (stream: Uint8Array) => Array.from(stream, (byte) => Uint8Array.of(byte))],
  ])('call one handler each, in that order, when they come %s', (_how, cut) => {
    for (const order of orders) {
      const text = order.flatMap(([lines]) => lines.map((line) => `${line}\n`)).join('');
      const listener = new CallRecorder();
      feed(cut(bytes(text)), listener);
      expect(listener.own).toEqual(order.flatMap(([, calls]) => calls));
    }
  });
});

describe('an unknown event', () => {
  it('calls a custom handler of the listener', () => {
    class Mine extends CallRecorder {
      onEmojiReaction(...args: unknown[]): void {
        this.calls.push(['onEmojiReaction', ...args]);
      }
    }
    for (const name of ['emoji_reaction', 'emoji.reaction', 'emoji:reaction', 'emoji-reaction']) {
      const listener = new Mine();
      feed([bytes(`event: ${name}\ndata: {"a":1}\n\n`)], listener);
      expect(listener.calls).toEqual([
        ['onAnyEvent', name, { a: 1 }, stream],
        ['onEmojiReaction', { a: 1 }, stream],
      ]);
    }
  });

  it('calls a custom handler of a plain object, with the object as this', () => {
    const listener = {
      seen: [] as unknown[],
      onUpdate: () => undefined,
      onEmojiReaction(data: unknown) {
        this.seen.push(data);
      },
    };
    feed([bytes('event: emoji_reaction\ndata: 7\n\n')], listener);
    expect(listener.seen).toEqual([7]);
  });

  it('calls onUnknownEvent without a custom handler, with the text if it is not JSON', () => {
    expect(callsOf(['event: a.b_c', 'data: bare text', ''])).toEqual([
      ['onUnknownEvent', 'a.b_c', 'bare text'],
    ]);
  });

  it('is ignored without either handler', () => {
    const deleted: string[] = [];
    feed([bytes('event: a\ndata: 1\n\nevent: delete\ndata: 2\n\n')], {
      onDelete: (id) => deleted.push(id),
    });
    expect(deleted).toEqual(['2']);
  });

  it('calls onUnknownEvent if the property of its name is not a function', () => {
    const listener = Object.assign(new CallRecorder(), { onEmojiReaction: 'no function' });
    feed([bytes('event: emoji_reaction\ndata: 1\n\n')], listener);
    expect(listener.own).toEqual([['onUnknownEvent', 'emoji_reaction', 1]]);
  });

  it.each([
    ['abort'],
    ['heartbeat'],
    ['any_event'],
    ['unknown_event'],
    ['unknown'],
    ['connected'],
    ['disconnected'],
    ['caught-up'],
    ['caught_up'],
    ['malformed'],
    ['warning'],
    ['local_update'],
    ['status-update'],
    ['status_update'],
    ['Update'],
    ['_'],
    ['.'],
    ['constructor'],
    ['__proto__'],
    ['toString'],
    ['hasOwnProperty'],
    ['then'],
  ])('named %j calls no handler of the library, nor a method of every object', (name) => {
    class Emitter extends CallRecorder {
      on(): void {
        this.calls.push(['on']);
      }
      override onDisconnected(): void {
        this.calls.push(['onDisconnected']);
      }
    }
    const listener = new Emitter();
    feed([bytes(`event: ${name}\ndata: {"id":"1"}\n\n`)], listener);
    expect(listener.calls).toEqual([
      ['onAnyEvent', name, { id: '1' }, stream],
      ['onUnknownEvent', name, { id: '1' }, stream],
    ]);
  });
});

describe('an invalid payload', () => {
  it('never reaches the handler of its event', () => {
    expect(fed(['event: update', 'data: {"id":42}', '']).calls).toEqual([
      ['onAnyEvent', 'update', { id: 42 }, stream],
      ['onUnknownEvent', 'update', { id: 42 }, stream],
    ]);
  });
});

describe('the format', () => {
  const deleted = [['onDelete', '1']];

  it.each<[string, string[]]>([
    ['fields in another order', ['data: 1', 'event: delete', '']],
    ['no space behind the colon', ['event:delete', 'data:1', '']],
    ['further fields', ['id: 5', 'event: delete', 'retry: 1', 'colour: red', 'data: 1', 'x', '']],
    ['a heartbeat within', ['event: delete', ':thump', 'data: 1', '']],
    ['blank lines around', ['', '', 'event: delete', 'data: 1', '', '']],
    ['the last of two names', ['event: update', 'event: delete', 'data: 1', '']],
  ])('can have %s', (_what, lines) => {
    expect(callsOf(lines).filter(([name]) => name !== 'onHeartbeat')).toEqual(deleted);
  });

  it.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('can end its lines with %s', (_what, end) => {
    const listener = new CallRecorder();
    const lines = [':thump', '', 'event: delete', 'data: 1', '', 'event: delete', 'data: 2', ''];
    feed([bytes(lines.map((line) => line + end).join(''))], listener);
    expect(listener.own).toEqual([['onHeartbeat'], ['onDelete', '1'], ['onDelete', '2']]);
  });

  it('can spread a payload over several data lines', () => {
    const lines = JSON.stringify(post, null, 2)
      .split('\n')
      .map((line) => `data: ${line}`);
    expect(lines.length).toBeGreaterThan(20);
    expect(callsOf(['event: update', ...lines, ''])[0]).toEqual(['onUpdate', post]);
    expect(callsOf(['event: x', 'data: two', 'data: lines', ''])).toEqual([
      ['onUnknownEvent', 'x', 'two\nlines'],
    ]);
  });

  it('calls nothing for an unfinished event', () => {
    expect(callsOf(['event: delete', 'data: 1'])).toEqual([]);
    expect(callsOf(['event: delete', ''])).toEqual([]);
  });

  it('can be cut anywhere, also between the bytes of a character', () => {
    const content = '<p>☃ 😹 日本語 \u2028</p>';
    const sent = { ...post, content };
    for (const halves of everyCut(bytes(`event: update\ndata: ${JSON.stringify(sent)}\n\n`))) {
      const listener = new CallRecorder();
      feed(halves, listener);
      expect(listener.own[0]).toEqual(['onUpdate', sent]);
    }
  });
});

describe('a malformed event', () => {
  const rows: [string, string[], string, string | undefined][] = [
    ['is not JSON', ['event: update', 'data: {"id":', ''], 'invalid-json', 'update'],
    ['is the word undefined', ['event: update', 'data: undefined', ''], 'invalid-json', 'update'],
    ['has no name', ['data: 1', ''], 'no-event-name', undefined],
    ['has an empty name', ['event:', 'data: 1', ''], 'no-event-name', undefined],
  ];

  it.each(rows)('that %s calls onAbort, and ends the stream', (...row) => {
    const [, lines, reason, event] = row;
    const { calls } = fed([...lines, 'event: delete', 'data: 2', '']);
    const error = expect.objectContaining({
      name: 'MastodonMalformedEventError',
      reason,
      eventName: event,
    }) as unknown;
    expect(calls).toEqual([['onAbort', error, undefined]]);
  });

  it.each(rows)('that %s calls onMalformed with onMalformed: emit', (...row) => {
    const [, lines, reason, event] = row;
    const calls = callsOf([...lines, 'event: delete', 'data: 2', ''], { onMalformed: 'emit' });
    const error = expect.objectContaining({ reason, eventName: event }) as unknown;
    expect(calls).toEqual([
      ['onMalformed', expect.objectContaining({ error })],
      ['onDelete', '2'],
    ]);
  });

  it('that is not UTF-8 calls the same handlers', () => {
    const chunks = [bytes('event: update\ndata: "'), Uint8Array.of(0xc3, 0x28), bytes('"\n\n')];
    const failing = new CallRecorder();
    feed(chunks, failing);
    expect(failing.calls).toMatchObject([['onAbort', { reason: 'invalid-utf-8' }, undefined]]);

    const going = new CallRecorder();
    feed([...chunks, bytes('event: delete\ndata: 2\n\n')], going, { onMalformed: 'emit' });
    expect(going.own).toMatchObject([
      ['onMalformed', { error: { reason: 'invalid-utf-8' } }],
      ['onDelete', '2'],
    ]);
  });

  it('in a heartbeat has no effect', () => {
    const listener = new CallRecorder();
    feed([Uint8Array.of(0x3a, 0xff, 0x0a), bytes('event: delete\ndata: 1\n\n')], listener);
    expect(listener.own).toEqual([['onHeartbeat'], ['onDelete', '1']]);
  });
});
