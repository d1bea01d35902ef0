import fc from 'fast-check';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { subjectOf } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { parseSubject, tokenOf } from '../../src/jetstream/subjects.ts';

describe('subjectOf', () => {
  it('names server, stream and event, with a wildcard for missing parts', () => {
    expect(subjectOf()).toBe('mastodon.*.*.*');
    expect(subjectOf({ type: 'update' })).toBe('mastodon.*.*.update');
    expect(subjectOf({ instance: 'https://Mastodon.Social/', stream: ['public:local'] })).toBe(
      'mastodon.mastodon%2Esocial.public:local.*',
    );
    expect(
      subjectOf({
        subjectPrefix: 'a.b',
        instance: 'x:3000',
        stream: ['user'],
        account: 'a@b',
        type: 't',
      }),
    ).toBe('a.b.x:3000.user@a%40b.t');
  });

  it.each([
    ['a dot', 'a.b'],
    ['a star', '*'],
    ['everything', '>'],
    ['a blank', 'a b'],
    ['a line', 'a\r\nPUB x 0'],
    ['an at', 'a@b'],
    ['a comma', 'a,b'],
    ['half a character', '\ud800'],
    ['a NUL', '\0'],
  ])('keeps %s in a tag, a list or an event within its token', (_what, text) => {
    const subject = subjectOf({ instance: 'x', stream: ['hashtag', text], type: text });

    expect(subject.split('.')).toHaveLength(4);
    expect(subject).toMatch(/^[\w.,:%@!~'()-]+$/);
    expect(parseSubject(subject)?.stream).toEqual(['hashtag', text.replace('\ud800', '\ufffd')]);
  });

  it.each(['', 'a b', 'a..b', 'a.*', '>'])('rejects %j as a prefix', (subject) => {
    expect(() => subjectOf({ subjectPrefix: subject })).toThrow(MastodonIllegalArgumentError);
  });
});

describe('parseSubject()', () => {
  it('returns the parts of a subject as they were written, for any names', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1 }),
        text,
        fc.option(text, { nil: undefined }),
        (stream, type, account) => {
          const subject = subjectOf({ instance: 'mastodon.social', stream, account, type });
          expect(parseSubject(subject)).toEqual({ host: 'mastodon.social', stream, account, type });
        },
      ),
    );
  });

  it('returns undefined for a foreign subject', () => {
    expect(parseSubject('mastodon')).toBeUndefined();
    expect(parseSubject('mastodon.a.b.%')).toBeUndefined();
  });

  it('encodes different names as different tokens', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(tokenOf(a) === tokenOf(b)).toBe(a === b);
      }),
    );
  });
});
