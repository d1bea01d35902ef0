import { eventKey } from 'mastodon-rx/jetstream';
import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';

const event = (type: string, payload: unknown, stream = ['public']) => ({ type, payload, stream });

describe('eventKey', () => {
  const edited_at = '2026-01-01T00:00:00.000Z';

  it.each([
    ['update', fakeStatus({ id: '7' }), 'update:7'],
    ['delete', '117420000000000001', 'delete:117420000000000001'],
    ['notification', fakeNotification({ id: '8' }), 'notification:8'],
    ['status.update', fakeStatus({ id: '7', edited_at }), `status.update:7:${edited_at}`],
    ['conversation', fakeConversation({ id: '5', last_status: { id: '7' } }), 'conversation:5:7'],
    ['announcement', { id: '3', updated_at: edited_at }, `announcement:3:${edited_at}`],
  ])('%s: its own id', (type, payload, key) => {
    expect(eventKey(event(type, payload))).toBe(key);
  });

  it('is the same on whichever stream, and of two servers or two views it is two', () => {
    const status = fakeStatus({ id: '7' });
    const server = 'https://mastodon.social';

    expect(eventKey(event('update', status, ['hashtag', 'rxjs']), { instance: server })).toBe(
      eventKey(event('update', status, ['public']), { instance: 'Mastodon.Social' }),
    );
    expect(eventKey(event('update', status), { instance: server })).toBe(
      'mastodon.social/update:7',
    );
    expect(eventKey(event('update', status), { instance: server, account: 'alice' })).toBe(
      'mastodon.social/@alice/update:7',
    );
  });

  it('tells news of a poll or a quote from the edit before', () => {
    const options = [{ title: 'Yes' }, { title: 'No' }];
    const poll = { id: '1', multiple: false, options, votes_count: 1, expired: false };
    const keys = [
      fakeStatus({ id: '7', edited_at }),
      fakeStatus({ id: '7', edited_at, poll }),
      fakeStatus({ id: '7', edited_at, poll: { ...poll, votes_count: 2 } }),
      fakeStatus({ id: '7', edited_at, quote: { state: 'pending', quoted_status: null } }),
      fakeStatus({ id: '7', edited_at, quote: { state: 'accepted', quoted_status: null } }),
    ].map((status) => eventKey(event('status.update', status)));

    expect(new Set(keys).size).toBe(keys.length);
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
  ])('%s: none', (type, payload) => {
    expect(eventKey(event(type, payload))).toBeUndefined();
  });
});
