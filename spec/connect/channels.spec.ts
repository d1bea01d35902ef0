import { describe, expect, it } from 'vitest';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
} from '../../src/connect/channels.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';

describe('channels', () => {
  it.each([
    [userChannel, ['user'], 'user'],
    [userNotificationChannel, ['user:notification'], 'user/notification'],
    [directChannel, ['direct'], 'direct'],
    [publicChannel({}), ['public'], 'public'],
    [publicChannel({ local: false, remote: false, onlyMedia: false }), ['public'], 'public'],
    [publicChannel({ local: true }), ['public:local'], 'public/local'],
    [publicChannel({ remote: true }), ['public:remote'], 'public/remote'],
    [publicChannel({ onlyMedia: true }), ['public:media'], 'public?only_media=true'],
    [
      publicChannel({ local: true, onlyMedia: true }),
      ['public:local:media'],
      'public/local?only_media=true',
    ],
    [
      publicChannel({ remote: true, onlyMedia: true }),
      ['public:remote:media'],
      'public/remote?only_media=true',
    ],
    [hashtagChannel('rxjs', {}), ['hashtag', 'rxjs'], 'hashtag?tag=rxjs'],
    [hashtagChannel('rxjs', { local: true }), ['hashtag:local', 'rxjs'], 'hashtag/local?tag=rxjs'],
    [
      hashtagChannel('日本語', {}),
      ['hashtag', '日本語'],
      'hashtag?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E',
    ],
    [hashtagChannel('a&b=c d+e', {}), ['hashtag', 'a&b=c d+e'], 'hashtag?tag=a%26b%3Dc%20d%2Be'],
    [listChannel('42'), ['list', '42'], 'list?list=42'],
    [listChannel({ id: '42' }), ['list', '42'], 'list?list=42'],
    [listChannel('../x?y'), ['list', '../x?y'], 'list?list=..%2Fx%3Fy'],
    [
      forkChannel({ name: 'public:bubble', path: 'public/bubble' }),
      ['public:bubble'],
      'public/bubble',
    ],
    [
      forkChannel({ name: 'antenna', path: 'antenna', params: { antenna: '7', 'a b': 'ü' } }),
      ['antenna', '7', 'ü'],
      'antenna?antenna=7&a%20b=%C3%BC',
    ],
  ])('have the name and the path of %o', (channel, stream, path) => {
    expect(channel).toMatchObject({ stream, path });
  });

  it.each([
    ['a # before the tag', () => hashtagChannel('#rxjs', {}), /without the #: hashtag\("rxjs"\)/],
    ['a full-width # before the tag', () => hashtagChannel('＃日本', {}), /without the #/],
    ['an empty tag', () => hashtagChannel('', {}), /hashtag needs a tag/],
    ['a blank tag', () => hashtagChannel(' ', {}), /hashtag needs a tag/],
    ['no tag', () => hashtagChannel(undefined as never, {}), /hashtag needs a tag/],
    ['half a character', () => hashtagChannel('\ud800', {}), /lone surrogate/],
    ['local with remote', () => publicChannel({ local: true, remote: true }), /exclude each other/],
    [
      'a flag that is text',
      () => publicChannel({ local: 'no' as never }),
      /local must be true or false/,
    ],
    ['an empty list id', () => listChannel(''), /list needs an id/],
    ['a list id as a number', () => listChannel(42 as never), /an id, a string/],
    ['a list without id', () => listChannel({} as never), /list needs an id/],
    ['null instead of a list', () => listChannel(null as never), /list needs an id/],
    ['no name', () => forkChannel({ name: '', path: 'x' }), /channel needs a name/],
    ['a path with a leading slash', () => forkChannel({ name: 'x', path: '/x' }), /path is below/],
    ['a path with a query', () => forkChannel({ name: 'x', path: 'x?y' }), /like 'public\/bubble'/],
    ['a path with ..', () => forkChannel({ name: 'x', path: 'a/../b' }), /path is below/],
    [
      'a parameter that is not text',
      () => forkChannel({ name: 'x', path: 'x', params: { a: 1 as never } }),
      /the parameter a must be a string/,
    ],
  ])('reject %s', (_what, make, message) => {
    expect(make).toThrow(MastodonIllegalArgumentError);
    expect(make).toThrow(message);
  });
});
