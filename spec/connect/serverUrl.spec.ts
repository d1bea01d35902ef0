import { describe, expect, it } from 'vitest';
import { serverUrlOf, urlBelow, parseServerUrl } from '../../src/connect/serverUrl.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';

describe('serverUrlOf', () => {
  it.each([
    ['https://mastodon.social', 'https://mastodon.social/'],
    ['https://mastodon.social/', 'https://mastodon.social/'],
    [' https://MASTODON.social ', 'https://mastodon.social/'],
    [new URL('https://mastodon.social'), 'https://mastodon.social/'],
    ['wss://streaming.mastodon.social', 'https://streaming.mastodon.social/'],
    ['https://example.com/social/', 'https://example.com/social'],
    ['wss://example.com/api/v1/streaming', 'https://example.com/'],
    ['wss://example.com/prefix/api/v1/streaming/', 'https://example.com/prefix'],
    ['http://localhost:3000', 'http://localhost:3000/'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/'],
    ['http://[::1]:4000', 'http://[::1]:4000/'],
    ['http://mastodon.localhost', 'http://mastodon.localhost/'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example/'],
  ])('parses %s', (value, href) => {
    expect(serverUrlOf('baseUrl', value, false).href).toBe(href);
  });

  it.each([
    ['nothing', undefined, /baseUrl must be an http/],
    ['an empty string', '', /baseUrl must be an http/],
    ['no scheme', 'mastodon.social', /like 'https:\/\/mastodon.social'/],
    ['a host and a port without a scheme', 'localhost:3000', /must be an http\(s\) URL/],
    ['an ftp URL', 'ftp://mastodon.social', /must be an http\(s\) URL/],
    ['a password', 'https://me:pass@mastodon.social', /accessToken has the token/],
    [
      'a token in the query',
      'https://mastodon.social?access_token=x',
      /no user name, password, query/,
    ],
    ['plain http', 'http://mastodon.social', /plain http.*allowInsecure/],
    ['plain ws', 'ws://mastodon.social', /plain http/],
    ['a host that begins with 127.0.0.1', 'http://127.0.0.1.example.com', /plain http/],
    ['a host that begins with localhost', 'http://localhost.example.com', /plain http/],
  ])('refuses %s', (_what, value, message) => {
    const read = () => serverUrlOf('baseUrl', value, false);
    expect(read).toThrow(MastodonIllegalArgumentError);
    expect(read).toThrow(message);
  });

  it('does not repeat the URL, which can contain a token or a password', () => {
    for (const url of ['https://me:s3cret@x.example', 'https://x.example?t=s3cret', 's3cret@x']) {
      expect(() => serverUrlOf('baseUrl', url, false)).toThrow(/^(?!.*s3cret)/);
    }
  });

  it('accepts plain http to another host with allowInsecure', () => {
    expect(serverUrlOf('baseUrl', 'http://mastodon.local:3000', true).href).toBe(
      'http://mastodon.local:3000/',
    );
  });
});

describe('parseServerUrl', () => {
  it.each([['rubbish'], [''], ['//'], ['mailto:a@b.c'], ['wss://']])(
    'returns undefined for %o',
    (text) => {
      expect(parseServerUrl(text)).toBeUndefined();
    },
  );
});

describe('below', () => {
  it.each([
    ['https://a.example', 'https://a.example/api/v1/streaming/user'],
    ['https://a.example/prefix/', 'https://a.example/prefix/api/v1/streaming/user'],
  ])('appends a path to %s', (address, href) => {
    expect(urlBelow(parseServerUrl(address)!, '/api/v1/streaming/user').href).toBe(href);
  });

  it('keeps the query', () => {
    const url = urlBelow(
      parseServerUrl('https://a.example')!,
      '/api/v1/streaming/hashtag?tag=%E6%97%A5',
    );
    expect(url.search).toBe('?tag=%E6%97%A5');
  });
});
