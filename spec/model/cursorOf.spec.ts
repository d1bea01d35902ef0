import { describe, expect, it } from 'vitest';
import { cursorOf } from '../../src/model/cursorOf.ts';
import type { Cursor } from '../../src/model/events.ts';
import type { BaseEvent } from '../../src/model/events.ts';

const event = (type: string, payload: unknown): BaseEvent<string, unknown> => ({
  type,
  payload,
  stream: ['user'],
});

const update = (id: string) => event('update', { id });
const notification = (id: string) => event('notification', { id, status: { id: '99' } });
const conversation = (id: string) => event('conversation', { id: '5', last_status: { id } });

describe('cursorOf', () => {
  it.each([
    ['a post', update('12'), { status: '12' }],
    ['a notification', notification('7'), { notification: '7' }],
    ['a conversation, by its last post', conversation('31'), { conversation: '31' }],
  ])('reads %s', (_what, read, cursor) => {
    expect(cursorOf(read)).toEqual(cursor);
  });

  it.each([
    event('status.update', { id: '12' }),
    event('delete', '12'),
    event('conversation', { id: '5', last_status: null }),
    event('conversation', { id: '5' }),
    event('announcement', { id: '3' }),
    event('unknown', { name: 'update', data: { id: '12' } }),
    event('heartbeat', { comment: 'thump' }),
    event('filters_changed', undefined),
  ])('reads nothing in $type', (read) => {
    expect(cursorOf(read)).toBeUndefined();
    const cursor = { status: '1' };
    expect(cursorOf(read, cursor)).toBe(cursor);
  });

  it('updates a cursor, each kind separately', () => {
    const events = [update('9'), notification('4'), update('10'), conversation('10')];
    const cursor = events.reduce<Cursor>((before, read) => cursorOf(read, before), {});
    expect(cursor).toEqual({ status: '10', notification: '4', conversation: '10' });
  });

  it('never moves a cursor back, in whatever order the server sends', () => {
    const cursor = { status: '10' };
    expect(cursorOf(update('9'), cursor)).toBe(cursor);
    expect(cursorOf(update('10'), cursor)).toBe(cursor);
    expect(cursorOf(update('100'), cursor)).toEqual({ status: '100' });
    expect(cursor).toEqual({ status: '10' });
  });
});
