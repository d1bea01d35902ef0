import * as t from 'io-ts';
import { EMPTY, from, lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeEvents, type DecodeConfig } from '../../src/decode/decodeEvents.ts';
import {
  MastodonIllegalArgumentError,
  MastodonMalformedEventError,
} from '../../src/model/errors.ts';
import type { EventCodecs } from '../../src/model/events.ts';
import type { SseItem } from '../../src/transport/sse/parseEventStream.ts';
import { captureOf } from '../helpers/captures.ts';
import { marbles } from '../helpers/marbles.ts';

const frame = (event: string | undefined, data: string): SseItem => ({
  type: 'frame',
  event,
  data,
  id: undefined,
});

const stream = ['user'];

const decode = (items: SseItem[], config: Partial<DecodeConfig<EventCodecs>> = {}) =>
  lastValueFrom(
    from(items).pipe(
      decodeEvents({ stream, ...config }),
      map(({ type, payload }): [string, unknown] => [type, payload]),
      toArray(),
    ),
  );

const statusJson = captureOf('public')
  .items.filter((item) => 'event' in item)
  .find(({ event }) => event === 'update')!.data;

describe('decodeEvents', () => {
  it('emits an event for each frame, synchronously, and labels it with the stream', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-(bc)-|', {
        a: { type: 'comment', comment: 'thump' } as SseItem,
        b: frame('delete', '1'),
        c: frame('lab', '{"a":1}'),
      });
      const expected = '   -a-(bc)-|';

      expectObservable(source.pipe(decodeEvents({ stream }))).toBe(expected, {
        a: { type: 'heartbeat', payload: { comment: 'thump' }, stream },
        b: { type: 'delete', payload: '1', stream },
        c: { type: 'unknown', payload: { name: 'lab', data: { a: 1 } }, stream },
      });
    });
  });

  it('passes errors and completion on, and unsubscribes with the subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold<SseItem>('-#').pipe(decodeEvents({ stream }))).toBe('-#');
      expectObservable(cold<SseItem>('-|').pipe(decodeEvents({ stream }))).toBe('-|');
      const source = cold<SseItem>('---');
      expectObservable(source.pipe(decodeEvents({ stream })), '^-!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it.each([
    ['an id, digit for digit', 'delete', '117420000000000001', '117420000000000001'],
    ['an id that is not a number', 'delete', '9n2ciuz1wdesFnrGJU', '9n2ciuz1wdesFnrGJU'],
    ['an id with a leading zero', 'announcement.delete', '08', '08'],
    ['filters_changed with the word undefined', 'filters_changed', 'undefined', undefined],
    ['filters_changed with empty text', 'filters_changed', '', undefined],
    ['filters_changed with malformed JSON', 'filters_changed', '{"a":', undefined],
    ['notifications_merged with 1', 'notifications_merged', '1', undefined],
    ['encrypted_message with JSON', 'encrypted_message', '{"a":1}', { a: 1 }],
    ['encrypted_message with text', 'encrypted_message', 'text', 'text'],
    [
      'an announcement’s reaction',
      'announcement.reaction',
      '{"name":"🎉","count":3,"announcement_id":"8"}',
      { name: '🎉', count: 3, announcement_id: '8' },
    ],
    ['a post', 'update', statusJson, JSON.parse(statusJson) as unknown],
    ['an edited post', 'status.update', statusJson, JSON.parse(statusJson) as unknown],
  ])('parses %s', async (_what, event, data, payload) => {
    expect(await decode([frame(event, data)])).toEqual([[event, payload]]);
  });

  it.each([
    ['JSON', '{"a":[1]}', { a: [1] }],
    ['a number', '5', 5],
    ['a number that would lose digits', '117420000000000001', '117420000000000001'],
    ['true', 'true', true],
    ['null', 'null', null],
    ['text', 'first\nsecond', 'first\nsecond'],
    ['nothing', '', ''],
    ['the word undefined', 'undefined', 'undefined'],
  ])('emits an unknown event as unknown, with %s', async (_what, data, parsed) => {
    expect(await decode([frame('lab', data)])).toEqual([
      ['unknown', { name: 'lab', data: parsed }],
    ]);
  });

  it.each([
    ...['connected', 'heartbeat', 'disconnected', 'caught-up', 'malformed', 'warning', 'unknown'],
    ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'message'],
  ])(
    'emits a server event named %s as unknown, since the name is one of the library’s',
    async (name) => {
      expect(await decode([frame(name, '1')])).toEqual([['unknown', { name, data: 1 }]]);
    },
  );

  it.each([
    ['a post without an account', 'update', '{"id":"1"}', { id: '1' }],
    ['a post that is null', 'update', 'null', null],
    ['a post that is a list', 'status.update', '[]', []],
    ['a notification that is a number', 'notification', '5', 5],
    ['a missing id', 'delete', '', ''],
  ])(
    'emits unknown for %s, with problems that contain no values',
    async (_what, name, data, parsed) => {
      const [[type, payload] = []] = await decode([frame(name, data)]);
      expect(type).toBe('unknown');
      expect(payload).toMatchObject({ name, data: parsed });
      expect((payload as { problems: string[] }).problems.length).toBeGreaterThan(0);
    },
  );

  it('keeps unknown fields', async () => {
    const status = { ...(JSON.parse(statusJson) as object), pleroma: { local: true } };
    const [event] = await decode([frame('update', JSON.stringify(status))]);
    expect(event).toEqual(['update', status]);
  });

  it.each([
    ['a Mastodon event that is not JSON', frame('update', '{'), 'invalid-json', 'update'],
    ['an event without a name', frame(undefined, '{}'), 'no-event-name', undefined],
    [
      'a malformed item of sse()',
      {
        type: 'malformed',
        error: new MastodonMalformedEventError('too-long', 'update', 2),
        raw: '',
      } as const,
      'too-long',
      'update',
    ],
  ] as const)('errors at %s, after the events before it', (_what, item, reason, event) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c', { a: frame('delete', '1'), b: item, c: frame('delete', '3') });
      const values = { a: { type: 'delete', payload: '1', stream } };
      const error = new MastodonMalformedEventError(reason, event, 2);
      expectObservable(source.pipe(decodeEvents({ stream }))).toBe('a-#', values, error);
    });
  });

  it('emits malformed in the order of the events with onMalformed: emit', async () => {
    const items = [frame('delete', '1'), frame('update', '{'), frame('delete', '3')];
    expect(await decode(items, { onMalformed: 'emit' })).toEqual([
      ['delete', '1'],
      [
        'malformed',
        { error: new MastodonMalformedEventError('invalid-json', 'update', 2), raw: '{' },
      ],
      ['delete', '3'],
    ]);
  });

  it('counts positions for each subscription', async () => {
    const events$ = from([frame('delete', '1'), frame(undefined, '')]).pipe(
      decodeEvents({ stream, onMalformed: 'emit' }),
      toArray(),
    );
    const [first, second] = [await lastValueFrom(events$), await lastValueFrom(events$)];
    expect(second).toEqual(first);
  });

  describe('with custom codecs', () => {
    const DateFromText = new t.Type<Date, string>(
      'DateFromText',
      (value): value is Date => value instanceof Date,
      (value, context) => {
        const date = typeof value === 'string' ? new Date(value) : new Date(NaN);
        return Number.isNaN(date.getTime()) ? t.failure(value, context) : t.success(date);
      },
      (date) => date.toISOString(),
    );

    it('emits the decoded value of a codec that transforms', async () => {
      const events = { moved: t.type({ at: DateFromText }) };
      const [event] = await decode([frame('moved', '{"at":"2026-11-21"}')], { events });
      expect(event).toEqual(['moved', { at: new Date('2026-11-21') }]);
    });

    it('emits the payload itself for a codec that does not transform', async () => {
      const events = { moved: t.type({ to: t.string }) };
      const [event] = await decode([frame('moved', '{"to":"x","more":1}')], { events });
      expect(event).toEqual(['moved', { to: 'x', more: 1 }]);
    });

    it('reads bare text if the codec expects text, digit for digit', async () => {
      const events = { gone: t.string };
      expect(
        await decode([frame('gone', '08'), frame('gone', '42'), frame('gone', '"x"')], { events }),
      ).toEqual([
        ['gone', '08'],
        ['gone', '42'],
        ['gone', 'x'],
      ]);
    });

    it('emits unknown for a payload that fails its codec, whether JSON or not', async () => {
      const events = { moved: t.type({ to: t.string }, 'Moved') };
      const [bad, worse] = await decode([frame('moved', '{"to":5}'), frame('moved', '{')], {
        events,
      });
      expect(bad).toMatchObject(['unknown', { name: 'moved', data: { to: 5 } }]);
      expect(JSON.stringify(bad)).toContain('Moved/to: string');
      expect(worse).toMatchObject(['unknown', { name: 'moved', data: '{' }]);
    });

    it('emits unknown without a path for a payload that is too deep for the stack', async () => {
      interface Tree {
        children: Tree[];
      }
      const Tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ children: t.array(Tree) }));
      const depth = 20_000;
      const json = `${'{"children":['.repeat(depth)}${']}'.repeat(depth)}`;
      expect(() => Tree.decode(JSON.parse(json))).toThrow(RangeError);

      const events = await decode([frame('tree', json), frame('tree', '{"children":[]}')], {
        events: { tree: Tree },
      });
      expect(events).toEqual([
        ['unknown', expect.objectContaining({ name: 'tree', problems: ['Tree'] })],
        ['tree', { children: [] }],
      ]);
    });

    it('errors with the exception of a codec', async () => {
      const Broken = new t.Type<string>(
        'Broken',
        (value): value is string => {
          throw new Error(`a bug at ${typeof value}`);
        },
        () => {
          throw new Error('a bug');
        },
        (value) => value,
      );
      await expect(decode([frame('x', '1')], { events: { x: Broken } })).rejects.toThrow('a bug');
    });
  });

  it('rejects an invalid option', () => {
    expect(() => EMPTY.pipe(decodeEvents({ stream, onMalformed: 'skip' as never }))).toThrow(
      MastodonIllegalArgumentError,
    );
  });
});
