import { toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { hashtagChannel, publicChannel } from '../../src/connect/channels.ts';
import type { Client } from '../../src/connect/client.ts';
import { warnIfFeedIsDisabled } from '../../src/policies/feedAccess.ts';

const clientWith = (access: unknown): Client =>
  ({
    baseUrl: new URL('https://mastodon.example'),
    discovery: { current: () => ({ url: new URL('https://mastodon.example'), access }) },
  }) as unknown as Client;

function warningsOf(access: unknown, channel: Parameters<typeof warnIfFeedIsDisabled>[1]) {
  let messages: string[] = [];
  warnIfFeedIsDisabled(clientWith(access), channel)
    .pipe(toArray())
    .subscribe((warnings) => {
      messages = warnings.map(({ payload }) => `${payload.code}: ${payload.message}`);
    });
  return messages;
}

const remoteOff = {
  live_feeds: { local: 'public', remote: 'disabled' },
  hashtag_feeds: { local: 'disabled', remote: 'disabled' },
};

describe('warnIfFeedIsDisabled', () => {
  it.each([
    ['public', publicChannel({}), 'remote feed: public'],
    ['public:remote', publicChannel({ remote: true }), 'remote feed: public:remote'],
    ['public:media', publicChannel({ onlyMedia: true }), 'remote feed: public:media'],
    ['hashtag', hashtagChannel('rxjs', {}), 'local and remote feed: hashtag rxjs'],
    ['hashtag:local', hashtagChannel('rxjs', { local: true }), 'local feed: hashtag:local rxjs'],
  ])('warns about %s if a part of it is disabled', (_name, channel, what) => {
    expect(warningsOf(remoteOff, channel)).toEqual([
      `feed-disabled: mastodon.example has disabled its ${what} may bring deletes only`,
    ]);
  });

  it.each([
    ['the part that is not disabled', remoteOff, publicChannel({ local: true })],
    [
      'feeds that need a signed-in user',
      { live_feeds: { local: 'authenticated' } },
      publicChannel({}),
    ],
    ['an older server', undefined, publicChannel({})],
    ['nonsense', 'disabled', publicChannel({})],
  ])('emits no warning about %s', (_what, access, channel) => {
    expect(warningsOf(access, channel)).toEqual([]);
  });
});
