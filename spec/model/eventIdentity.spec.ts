import { describe, expect, it } from 'vitest';
import { fakeConversation, fakeNotification, fakeStatus } from '../../src/testing/entities.ts';
import { eventIdentity } from '../../src/model/eventIdentity.ts';

const event = (type: string, payload: unknown, stream = ['public']) => ({ type, payload, stream });

describe('eventIdentity', () => {
  const edited_at = '2026-01-01T00:00:00.000Z';
  const conversation = (unread: boolean) =>
    event('conversation', fakeConversation({ id: '5', unread, last_status: { id: '7' } }));

  it.each([
    ['update', fakeStatus({ id: '7' }), 'update:7'],
    ['delete', '117420000000000001', 'delete:117420000000000001'],
    ['notification', fakeNotification({ id: '8' }), 'notification:8'],
    ['status.update', fakeStatus({ id: '7', edited_at }), `status.update:7:${edited_at}`],
    ['conversation', conversation(true).payload, 'conversation:5:7:true'],
    ['announcement', { id: '3', updated_at: edited_at }, `announcement:3:${edited_at}`],
  ])('returns an identity for %s', (type, payload, identity) => {
    expect(eventIdentity(event(type, payload))).toBe(identity);
    expect(eventIdentity(event(type, payload, ['hashtag', 'rxjs']))).toBe(identity);
  });

  it('distinguishes a changed poll or quote from the edit before', () => {
    const poll = {
      id: '1',
      multiple: false,
      options: [],
      votes_count: 1,
      voters_count: 1,
      expired: false,
    };
    const identities = [
      fakeStatus({ id: '7', edited_at }),
      fakeStatus({ id: '7', edited_at, poll }),
      fakeStatus({ id: '7', edited_at, poll: { ...poll, votes_count: 2 } }),
      fakeStatus({ id: '7', edited_at, poll: { ...poll, expired: true } }),
      fakeStatus({ id: '7', edited_at, quote: { state: 'pending', quoted_status: null } }),
      fakeStatus({ id: '7', edited_at, quote: { state: 'accepted', quoted_status: null } }),
    ].map((status) => eventIdentity(event('status.update', status)));

    expect(new Set(identities).size).toBe(identities.length);
  });

  it('distinguishes a conversation that was read from its post before', () => {
    expect(eventIdentity(conversation(false))).not.toBe(eventIdentity(conversation(true)));
  });

  it.each([
    ['announcement.reaction', { name: '👍', count: 1, announcement_id: '3' }],
    ['announcement.delete', '3'],
    ['conversation', fakeConversation({ last_status: null })],
    ['filters_changed', undefined],
    ['notifications_merged', undefined],
    ['encrypted_message', {}],
    ['unknown', { name: 'emoji_reaction', data: {} }],
    ['emoji_reaction', {}],
    ['connected', { attempt: 0 }],
  ])('returns undefined for %s', (type, payload) => {
    expect(eventIdentity(event(type, payload))).toBeUndefined();
  });
});
