import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/model/entities/status.ts';
import {
  asShownIn,
  compareEdits,
  namedIn,
  withVersions,
} from '../../src/operators/statusVersions.ts';
import { status, type Json } from '../helpers/entities.ts';

const post = (id: string, more: Json = {}): Status => status({ id, ...more }) as unknown as Status;

const quoteOf = (quoted: Status): Json => ({ quote: { state: 'accepted', quoted_status: quoted } });

/** Every form of a quote that contains the quoted post. */
const FULL: [string, (quoted: Status) => Json][] = [
  ['like Mastodon’s', quoteOf],
  ['without a wrapper, like Akkoma’s', (quoted) => ({ quote: quoted })],
  [
    'in both forms, like Iceshrimp’s',
    (quoted) => ({ quote: { state: 'accepted', ...quoted, quoted_status: quoted } }),
  ],
];

const hello = post('1');
const edited = post('1', { content: 'edited' });

describe('compareEdits', () => {
  it.each([
    [undefined, null, 0],
    [null, '2026-01-01T00:00:00.000Z', -1],
    ['2026-01-01T00:00:00.000Z', undefined, 1],
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00Z', 0],
    ['2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00Z', 1],
    ['2026-01-01T00:00:00+02:00', '2026-01-01T00:00:00Z', -1],
    ['yesterday', '2026-01-01T00:00:00Z', 0],
  ])('compares %s and %s with the sign %d', (a, b, sign) => {
    const order = compareEdits(post('1', { edited_at: a }), post('1', { edited_at: b }));
    expect(Math.sign(order)).toBe(sign);
  });
});

describe('namedIn', () => {
  it('returns no id for a post without boost and quote', () => {
    expect(namedIn(post('2', { reblog: null, quote: null, quote_id: null }))).toEqual([]);
  });

  it('returns the boosted post and the post that it quotes, and no further one', () => {
    const quoted = post('2', { quote: { state: 'accepted', quoted_status_id: '1' } });
    expect(namedIn(post('4', { reblog: post('3', quoteOf(quoted)) }))).toEqual(['3', '2']);
    expect(namedIn(post('4', { reblog: quoted }))).toEqual(['2', '1']);
  });

  it('returns a quote in a quote, as far as the server includes it', () => {
    const deep = post('4', { quote: post('3', { quote: post('2', { quote_id: '1' }) }) });
    expect(namedIn(deep)).toEqual(['3', '2']);
  });

  it.each(FULL)('returns the quoted post of a quote %s', (_what, form) => {
    expect(namedIn(post('2', form(hello)))).toEqual(['1']);
  });

  it.each([
    ['an id in the quote', { quote: { state: 'pending', quoted_status_id: '1' } }],
    ['a quote_id beside it, like Fedibird’s', { quote: null, quote_id: '1' }],
  ])('returns the quoted id of %s', (_what, more) => {
    expect(namedIn(post('2', more))).toEqual(['1']);
  });

  it('returns no id for a quote that may not be shown', () => {
    expect(namedIn(post('2', { quote: { state: 'revoked', quoted_status: null } }))).toEqual([]);
    expect(namedIn(post('2', { quote: { state: 'revoked', quoted_status_id: null } }))).toEqual([]);
  });
});

describe('withVersions', () => {
  const choose = (copy: Status): Status => (copy.id === '1' ? edited : copy);

  it.each(FULL)('replaces the quoted post of a quote %s, also in a boost', (_what, form) => {
    const quoting = post('2', form(hello));
    const boost = post('3', { reblog: quoting });
    expect(withVersions(quoting, choose)).toEqual(post('2', form(edited)));
    expect(withVersions(boost, choose)).toEqual(post('3', { reblog: post('2', form(edited)) }));
    // The original, which others hold, is unchanged.
    expect(boost).toEqual(post('3', { reblog: post('2', form(post('1'))) }));
  });

  it('returns the same object if every copy stays', () => {
    const boost = post('3', { reblog: post('2', quoteOf(hello)) });
    expect(withVersions(boost, (copy) => copy)).toBe(boost);
    const unseen = post('2', { quote: { state: 'pending', quoted_status_id: '1' } });
    expect(withVersions(unseen, choose)).toBe(unseen);
  });

  it('calls `choose` with the role of each copy, and not for the copies in a chosen one', () => {
    const places: string[] = [];
    const boost = post('3', { reblog: post('2', quoteOf(hello)) });
    withVersions(boost, (copy, place) => {
      places.push(`${copy.id} ${place}`);
      return copy;
    });
    expect(places).toEqual(['2 boosted', '1 quoted']);

    const other = post('2', quoteOf(hello));
    const renewed = withVersions(boost, (copy) => (copy.id === '2' ? other : edited));
    expect(renewed.reblog).toBe(other);
  });
});

describe('asShownIn', () => {
  const byId = { state: 'accepted', quoted_status_id: '1' };

  it.each(FULL)('reduces a quote %s to its id', (_what, form) => {
    expect(asShownIn('quoted', post('2', form(hello)))).toEqual(post('2', { quote: byId }));
  });

  it('keeps a quote that has only an id or nothing', () => {
    expect(asShownIn('quoted', post('2', { quote: byId }))).toEqual(post('2', { quote: byId }));
    const revoked = { state: 'revoked', quoted_status: null };
    expect(asShownIn('quoted', post('2', { quote: revoked })).quote).toEqual({
      state: 'revoked',
      quoted_status_id: null,
    });
  });

  it('returns the same object for a boosted post, and for one without a quote', () => {
    const quoting = post('2', quoteOf(hello));
    expect(asShownIn('boosted', quoting)).toBe(quoting);
    expect(asShownIn('quoted', hello)).toBe(hello);
  });
});
