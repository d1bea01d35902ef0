import { describe, expect, it } from 'vitest';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
  type Channel,
} from '../../../src/connect/channels.ts';
import { normalizeTag } from '../../../src/testing/tags.ts';
import { keyOf, paramsOf } from '../../../src/transport/websocket/subscriptionKey.ts';

describe('paramsOf', () => {
  it.each<[string, Channel, object]>([
    ['user', userChannel, { stream: 'user' }],
    ['user:notification', userNotificationChannel, { stream: 'user:notification' }],
    ['public', publicChannel({}), { stream: 'public' }],
    ['public:media', publicChannel({ onlyMedia: true }), { stream: 'public:media' }],
    [
      'public:remote:media',
      publicChannel({ remote: true, onlyMedia: true }),
      { stream: 'public:remote:media' },
    ],
    ['hashtag', hashtagChannel('a&b=日本語 +1', {}), { stream: 'hashtag', tag: 'a&b=日本語 +1' }],
    [
      'hashtag:local',
      hashtagChannel('rxjs', { local: true }),
      { stream: 'hashtag:local', tag: 'rxjs' },
    ],
    ['list', listChannel('42'), { stream: 'list', list: '42' }],
    ['direct', directChannel, { stream: 'direct' }],
    [
      'a fork’s',
      forkChannel({ name: 'antenna', path: 'antenna', params: { antenna: '7' } }),
      { stream: 'antenna', antenna: '7' },
    ],
  ])('returns the subscribe parameters of %s', (_name, channel, params) => {
    expect(paramsOf(channel)).toEqual(params);
  });
});

describe('keyOf', () => {
  it.each([
    [
      ['hashtag', 'Café'],
      ['hashtag', 'CAFE'],
    ],
    [
      ['hashtag', 'Cats'],
      ['hashtag', 'cats'],
    ],
    [
      ['hashtag:local', 'ﬁx'],
      ['hashtag:local', 'fix'],
    ],
    [
      ['hashtag', 'rx-js'],
      ['hashtag', 'rxjs'],
    ],
    [
      ['hashtag', 'ŁÓDŹ'],
      ['hashtag', 'lodz'],
    ],
  ])('is the same for %j and %j', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  it.each([
    [
      ['hashtag', 'cafe'],
      ['hashtag:local', 'cafe'],
    ],
    [
      ['hashtag', 'が'],
      ['hashtag', 'か'],
    ],
    [
      ['list', '42'],
      ['list', '042'],
    ],
    [
      ['list', 'A'],
      ['list', 'a'],
    ],
    [['user'], ['user:notification']],
    [
      ['a', 'b\nc'],
      ['a', 'b c'],
    ],
  ])('differs for %j and %j', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it('folds every character of the basic plane like the fake server', () => {
    const different: string[] = [];
    for (let code = 1; code < 0xffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const tag = `a${String.fromCharCode(code)}`;
      if (keyOf(['hashtag', tag]) !== `hashtag\n${normalizeTag(tag)}`) different.push(tag);
    }
    expect(different).toEqual([]);
  });
});
