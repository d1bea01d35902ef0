import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import {
  pagingIdOf,
  positionOf,
  recoveredEvent,
} from '../../../src/policies/catchUp/eventPosition.ts';

const event = (type: string, payload: unknown) => ({ type, payload, stream: ['user'] });

describe('positionOf', () => {
  it.each([
    ['update', fakeStatus({ id: '7' }), { kind: 'status', id: '7' }],
    ['notification', fakeNotification({ id: '8' }), { kind: 'notification', id: '8' }],
    [
      'conversation',
      fakeConversation({ last_status: fakeStatus({ id: '9' }) }),
      { kind: 'conversation', id: '9' },
    ],
    ['status.update', fakeStatus({ id: '7' }), undefined],
    ['delete', '7', undefined],
    ['caught-up', { recovered: 0, complete: true, cursor: { status: '7' } }, undefined],
  ])('returns the position of %s', (type, payload, position) => {
    expect(positionOf(event(type, payload))).toEqual(position);
  });
});

describe('pagingIdOf', () => {
  it('returns the id of the item, for a conversation the id of its last post', () => {
    expect(pagingIdOf('status', { id: '1' })).toBe('1');
    expect(pagingIdOf('conversation', { id: '1', last_status: { id: '2' } })).toBe('2');
  });

  it.each([[null], [undefined], [{}], [{ id: 1 }], ['1']])('returns undefined for %j', (item) => {
    expect(pagingIdOf('status', item)).toBeUndefined();
    expect(pagingIdOf('conversation', item)).toBeUndefined();
  });
});

describe('recoveredEvent', () => {
  it('builds the event of the kind, marked as recovered', () => {
    const status = fakeStatus({ id: '1' });
    expect(recoveredEvent('status', status, ['user'])).toEqual({
      ...event('update', status),
      recovered: true,
    });
  });
});
