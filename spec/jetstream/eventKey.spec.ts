import { eventKey } from 'mastodon-rx/jetstream';
import { fakeStatus } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';

const event = (type: string, payload: unknown, stream = ['public']) => ({ type, payload, stream });

describe('eventKey', () => {
  it('is the identity of the event', () => {
    expect(eventKey(event('delete', '7'))).toBe('delete:7');
  });

  it('is the same on every stream, and differs between servers and between accounts', () => {
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

  it('is undefined for an event without an identity', () => {
    expect(eventKey(event('filters_changed', undefined), { instance: 'x' })).toBeUndefined();
  });
});
