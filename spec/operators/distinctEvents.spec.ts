import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { distinctEvents } from '../../src/operators/distinctEvents.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import { marbles } from '../helpers/marbles.ts';

type Event = BaseEvent<string, unknown>;

const event = (type: string, payload: unknown, stream = ['user']): Event => ({
  type,
  payload,
  stream,
});

const edit = (more: object) => event('status.update', { id: '1', edited_at: 'noon', ...more });
const poll = (more: object) => edit({ poll: { votes_count: 1, expired: false, ...more } });
const quote = (state: string) => edit({ edited_at: null, quote: { state, quoted_status: null } });
const conversation = (more: object) =>
  event('conversation', { id: '1', last_status: { id: '1' }, unread: true, ...more });

describe('distinctEvents', () => {
  const events = {
    a: event('update', { id: '1' }),
    A: event('update', { id: '1' }, ['hashtag', 'rxjs']),
    b: event('update', { id: '2' }),
    c: event('update', { id: '3' }),
    h: event('heartbeat', { comment: 'thump' }),
  };

  it.each([
    ['never', '      -       ', '-       '],
    ['empty', '      |       ', '|       '],
    ['one', '        -a|     ', '-a|     '],
    ['many', '       -aAbbA-|', '-a-b---|'],
    ['error', '      -a-A-#  ', '-a---#  '],
    ['not ids', '    -hahAh-|', '-hah-h-|'],
  ])('lets each post pass once: %s', (_what, source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const result = cold(source.trim(), events).pipe(distinctEvents());
      expectObservable(result).toBe(expected.trim(), events);
    });
  });

  it('unsubscribes with the subscriber, and has a memory for each subscription', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<Event>('-a-a-b', events);
      const result = source.pipe(distinctEvents());
      expectObservable(result, '^---!').toBe('-a---', events);
      expectObservable(result, '--^').toBe('---a---b', events);
      expectSubscriptions(source.subscriptions).toBe(['^---!', '--^']);
    });
  });

  it('remembers only the newest ids', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('abcabc', events).pipe(distinctEvents({ capacity: 2 }));
      expectObservable(result).toBe('abcabc', events);
      const other = cold('abcbca', events).pipe(distinctEvents({ capacity: 2 }));
      expectObservable(other).toBe('abc--a', events);
    });
  });

  it('remembers 10,000 by default', () => {
    const ids = Array.from({ length: 10_001 }, (_, i) => event('update', { id: `${i}` }));
    const again = (first: number) => [...ids.slice(0, first), ids[0]!];
    const passed = (all: Event[]) => {
      let count = 0;
      from(all)
        .pipe(distinctEvents())
        .subscribe(() => count++);
      return count;
    };
    expect(passed(again(10_000))).toBe(10_000);
    expect(passed(again(10_001))).toBe(10_002);
  });

  it.each([
    ['a notification', event('notification', { id: '1' })],
    ['a delete', event('delete', '1')],
    ['an edit', edit({})],
    ['a conversation', conversation({})],
    ['an announcement', event('announcement', { id: '1', updated_at: 'noon' })],
  ])('lets %s pass once', (_what, one) => {
    marbles(({ cold, expectObservable }) => {
      const values = { x: one, y: structuredClone(one) };
      expectObservable(cold('-x-y', values).pipe(distinctEvents())).toBe('-x', values);
    });
  });

  it.each([
    ['an update and a delete of it', event('update', { id: '1' }), event('delete', '1')],
    ['a post and a notification', event('update', { id: '1' }), event('notification', { id: '1' })],
    ['a second edit', edit({}), edit({ edited_at: 'one' })],
    ['a quote that was accepted', quote('pending'), quote('accepted')],
    ['a vote', poll({}), poll({ votes_count: 2 })],
    ['a voter with two votes', poll({ voters_count: 1 }), poll({ voters_count: 2 })],
    ['the end of a poll', poll({}), poll({ expired: true })],
    ['a new post in a conversation', conversation({}), conversation({ last_status: { id: '2' } })],
    ['another conversation', conversation({}), conversation({ id: '2' })],
    ['a conversation that was read', conversation({}), conversation({ unread: false })],
    [
      'an announcement that was changed',
      event('announcement', { id: '1', updated_at: 'noon' }),
      event('announcement', { id: '1', updated_at: 'one' }),
    ],
  ])('lets %s pass', (_what, one, other) => {
    marbles(({ cold, expectObservable }) => {
      const values = { x: one, y: other };
      expectObservable(cold('-xyxy', values).pipe(distinctEvents())).toBe('-xy', values);
    });
  });

  it.each([
    event('announcement.reaction', { announcement_id: '1', name: '🦐', count: 1 }),
    event('announcement.delete', '1'),
    event('conversation', { id: '1', last_status: null, unread: false }),
    event('filters_changed', undefined),
    event('notifications_merged', undefined),
    event('encrypted_message', { id: '1' }),
    event('unknown', { name: 'update', data: { id: '1' } }),
    event('emoji_reaction', { id: '1' }),
    event('connected', { attempt: 0 }),
    event('warning', { code: 'response-buffered', message: '' }),
  ])('lets $type pass as often as it comes', (one) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-x-x', { x: one }).pipe(distinctEvents())).toBe('-x-x', { x: one });
    });
  });

  it('errors on an update without a payload', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<Event>('-x-', { x: event('update', undefined) });
      const message = "Cannot read properties of undefined (reading 'id')";
      expectObservable(source.pipe(distinctEvents())).toBe('-#', undefined, new TypeError(message));
    });
  });

  it.each([
    [{ capacity: 0 }, /capacity must be a whole number of events, 1 or more/],
    [{ capacity: Infinity }, /capacity must be/],
    [{ size: 1 } as never, /Unknown option of distinctEvents "size"/],
  ])('refuses %o', (config, message) => {
    expect(() => distinctEvents(config)).toThrow(MastodonIllegalArgumentError);
    expect(() => distinctEvents(config)).toThrow(message);
  });
});
