import fc from 'fast-check';
import { Status } from 'mastodon-rx/entities';
import { fakeStatus } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { mend } from '../../../src/decode/guards/mend.ts';
import { mutationsOf, samples } from '../../helpers/mutations.ts';

type Json = Record<string, unknown>;

const post = (more: object = {}): Json => ({ ...(fakeStatus({ id: '1' }) as object), ...more });
const emoji = { shortcode: 'a', url: 'https://a.example/a', static_url: 'https://a.example/a' };

describe('mend', () => {
  it.each<[what: string, odd: object, mended: object]>([
    ['an optional object', { card: [] }, { card: null }],
    ['an optional text', { language: 1 }, { language: null }],
    ['an optional list', { filtered: 'none' }, { filtered: null }],
    ['an element of a list', { emojis: [emoji, { shortcode: 'b' }] }, { emojis: [emoji] }],
    ['a tag without a URL', { tags: [{ name: 'a', url: null }] }, { tags: [] }],
    ['a list', { media_attachments: null }, { media_attachments: [] }],
    ['a count', { replies_count: '3' }, { replies_count: 0 }],
    ['a flag', { sensitive: null }, { sensitive: false }],
    ['a content warning', { spoiler_text: null }, { spoiler_text: '' }],
    ['an address that may be null', { url: 7 }, { url: null }],
  ])('replaces or removes %s of the wrong type', (_what, odd, mended) => {
    const value = post(odd);
    expect(Status.is(value)).toBe(false);
    const result = mend('Status', value);
    expect(result).toMatchObject(mended);
    expect(Status.is(result)).toBe(true);
    expect(value).toMatchObject(odd); // a copy is changed, not the original
  });

  it('repairs nested values: the author, the boosted post, a filter', () => {
    const value = post({
      account: { ...(post()['account'] as object), avatar: null, emojis: {} },
      reblog: post({ poll: 'none' }),
    });
    expect(mend('Status', value)).toMatchObject({
      account: { avatar: '', emojis: [] },
      reblog: { poll: null },
    });
  });

  it.each(['id', 'created_at', 'content', 'visibility', 'uri', 'account'])(
    'does not repair a post without its %s',
    (key) => {
      expect(mend('Status', post({ [key]: null }))).toBeUndefined();
    },
  );

  it('does not turn a boost with an invalid post into a post', () => {
    expect(mend('Status', post({ reblog: { id: '2' } }))).toBeUndefined();
  });

  it('does not repair a value that is not an object or is nested too deep', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    for (const value of [null, [], 'post', 1, post({ card: deep })]) {
      expect(mend('Status', value)).toBeUndefined();
    }
  });

  it('returns a value that its codec accepts, or none', () => {
    const posts = samples.flatMap(([codec, payload]) => (codec === Status ? [payload] : []));
    let mended = 0;
    fc.assert(
      fc.property(mutationsOf(posts), ({ value }) => {
        const result = Status.is(value) ? undefined : mend('Status', value);
        if (result === undefined) return;
        mended++;
        expect(Status.is(result)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(mended).toBeGreaterThan(300);
  });
});
