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

/** Every form in which servers send a quote with the quoted post in it. */
const FULL: [string, (quoted: Status) => Json][] = [
  ['as Mastodon sends it', quoteOf],
  ['bare, as Akkoma does', (quoted) => ({ quote: quoted })],
  [
    'in both forms, as Iceshrimp does',
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
  ])('of %s and %s has the sign %d', (a, b, sign) => {
    const order = compareEdits(post('1', { edited_at: a }), post('1', { edited_at: b }));
    expect(Math.sign(order)).toBe(sign);
  });
});

describe('namedIn', () => {
  it('has nothing to say of most posts', () => {
    expect(namedIn(post('2', { reblog: null, quote: null, quote_id: null }))).toEqual([]);
  });

  it('finds a boost, what the boosted post quotes, and no post that cannot be seen', () => {
    const quoted = post('2', { quote: { state: 'accepted', quoted_status_id: '1' } });
    expect(namedIn(post('4', { reblog: post('3', quoteOf(quoted)) }))).toEqual(['3', '2']);
    expect(namedIn(post('4', { reblog: quoted }))).toEqual(['2', '1']);
  });

  it('finds a quote in a quote, as far as it can be seen', () => {
    const deep = post('4', { quote: post('3', { quote: post('2', { quote_id: '1' }) }) });
    expect(namedIn(deep)).toEqual(['3', '2']);
  });

  it.each(FULL)('finds a quote %s', (_what, form) => {
    expect(namedIn(post('2', form(hello)))).toEqual(['1']);
  });

  it.each([
    ['an id', { quote: { state: 'pending', quoted_status_id: '1' } }],
    ['an id beside it, as in Fedibird', { quote: null, quote_id: '1' }],
  ])('finds a quote that is but %s', (_what, more) => {
    expect(namedIn(post('2', more))).toEqual(['1']);
  });

  it('finds nobody in a quote that may not be shown', () => {
    expect(namedIn(post('2', { quote: { state: 'revoked', quoted_status: null } }))).toEqual([]);
    expect(namedIn(post('2', { quote: { state: 'revoked', quoted_status_id: null } }))).toEqual([]);
  });
});

describe('withVersions', () => {
  const choose = (copy: Status): Status => (copy.id === '1' ? edited : copy);

  it.each(FULL)('replaces a quote %s, and one in a boost', (_what, form) => {
    const quoting = post('2', form(hello));
    const boost = post('3', { reblog: quoting });
    expect(withVersions(quoting, choose)).toEqual(post('2', form(edited)));
    expect(withVersions(boost, choose)).toEqual(post('3', { reblog: post('2', form(edited)) }));
    // What others hold is not touched.
    expect(boost).toEqual(post('3', { reblog: post('2', form(post('1'))) }));
  });

  it('is the same object where nothing is chosen anew', () => {
    const boost = post('3', { reblog: post('2', quoteOf(hello)) });
    expect(withVersions(boost, (copy) => copy)).toBe(boost);
    const unseen = post('2', { quote: { state: 'pending', quoted_status_id: '1' } });
    expect(withVersions(unseen, choose)).toBe(unseen);
  });

  it('says where each copy stands, and does not look into what was chosen', () => {
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

  it.each(FULL)('leaves the id alone of a quote %s', (_what, form) => {
    expect(asShownIn('quoted', post('2', form(hello)))).toEqual(post('2', { quote: byId }));
  });

  it('leaves no more than there is', () => {
    expect(asShownIn('quoted', post('2', { quote: byId }))).toEqual(post('2', { quote: byId }));
    const revoked = { state: 'revoked', quoted_status: null };
    expect(asShownIn('quoted', post('2', { quote: revoked })).quote).toEqual({
      state: 'revoked',
      quoted_status_id: null,
    });
  });

  it('is the same object for a boosted post, and for one that quotes nobody', () => {
    const quoting = post('2', quoteOf(hello));
    expect(asShownIn('boosted', quoting)).toBe(quoting);
    expect(asShownIn('quoted', hello)).toBe(hello);
  });
});
