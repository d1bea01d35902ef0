/** The tables of the pages agree with the docstrings, and the docstrings with the code. */
import { describe, expect, it } from 'vitest';
import {
  CATCH_UP_DEFAULTS,
  HEALTH_INTERVAL,
  RECONNECT_DEFAULTS,
  SOCKET_DEFAULTS,
  STREAM_DEFAULTS,
} from '../../src/config/defaults.ts';
import { textOf } from '../generate/blocks.ts';
import { errorClassesOf, methodsOf, propertiesOf, unionOf } from '../generate/declarations.ts';
import * as library from 'mastodon-rx';
import { PAGES_WITH_TABLES, tablesIn, unitOf, withTables } from '../generate/tables.ts';

const OPTIONS = 'src/config/options.ts';

describe('the pages', () => {
  it.each(PAGES_WITH_TABLES)('%s has the tables of the source (npm run generate)', async (page) => {
    expect(tablesIn(page)).not.toEqual([]);
    expect(textOf(page)).toBe(await withTables(page));
  });

  it.each([
    'TimelinesConfig',
    'StreamDefaults',
    'StreamConfig',
    'ReconnectConfig',
    'CatchUpConfig',
  ])('docs/options.md has a row for each option of %s', (name) => {
    expect(tablesIn('docs/options.md')).toContain(name);
    const options = propertiesOf(OPTIONS, name);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) {
      expect(option.text, `the docstring of ${option.name}`).not.toBe('');
      expect(textOf('docs/options.md')).toMatch(new RegExp(`^\\| \`${option.name}\` `, 'm'));
    }
  });

  it.each(['TimelinesConfig', 'StreamDefaults'])(
    'docs/01-first-stream.md has a row for each option of %s',
    (name) => {
      for (const option of propertiesOf(OPTIONS, name)) {
        const row = new RegExp(`^\\| \`${option.name}\` .*$`, 'm').exec(
          textOf('docs/01-first-stream.md'),
        );
        expect(row?.[0], option.name).toBeDefined();
        const value = /\d[\d_]+/.exec(option.defaultValue ?? '')?.[0];
        if (value !== undefined) expect(row?.[0]).toContain(value);
      }
    },
  );
});

describe('the table of errors', () => {
  const page = textOf('docs/03-errors-and-reconnecting.md');

  it('has each error class that the library exports, and whether it is retryable', () => {
    const exported = Object.entries(library)
      .filter(([name]) => /^Mastodon.*Error$/.test(name))
      .map(([name]) => name);
    expect(exported.length).toBeGreaterThan(10);
    for (const name of exported) expect(page).toMatch(new RegExp(`^\\| .*\`${name}\` `, 'm'));
    const { MastodonUnauthorizedError, MastodonServerError } = library;
    expect(new MastodonUnauthorizedError('', { status: 401 }).retryable).toBe(false);
    expect(page).toMatch(/`MastodonUnauthorizedError` .*\| no +\|$/m);
    expect(new MastodonServerError('', { status: 502 }).retryable).toBe(true);
    expect(page).toMatch(/`MastodonServerError` .*\| yes +\|$/m);
  });

  it('has no class without a docstring', () => {
    const classes = errorClassesOf('src/model/errors.ts');
    expect(classes.filter(({ text }) => text === '')).toEqual([]);
  });
});

describe('the table of handlers', () => {
  it('has each handler of a StreamListener', () => {
    const page = textOf('docs/listener-classes.md');
    const handlers = Object.getOwnPropertyNames(library.StreamListener.prototype).filter((name) =>
      name.startsWith('on'),
    );
    expect(handlers.length).toBeGreaterThan(15);
    for (const name of handlers) expect(page).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'));
    expect(methodsOf('src/listener/handlers.ts', 'StreamHandlers').length).toBeGreaterThan(5);
  });
});

describe('the tables of events', () => {
  it.each(['ServerPayloads', 'ConnectionPayloads'])('describe each of %s', (name) => {
    const events = propertiesOf('src/model/events.ts', name);
    expect(events.length).toBeGreaterThan(5);
    for (const { name: type, text } of events) expect(text, type).not.toBe('');
  });
});

/** The value at the beginning of a docstring's `@defaultValue`, between its backticks. */
const valueOf = (text: string | undefined): unknown => {
  const code = /^`([^`]*)`/.exec(text ?? '')?.[1] ?? '';
  if (code.startsWith("'")) return code.slice(1, -1);
  return code === 'true' ? true : code === 'false' ? false : Number(code.replaceAll('_', ''));
};

describe('@defaultValue', () => {
  it.each([
    ['StreamDefaults', STREAM_DEFAULTS],
    ['ReconnectConfig', RECONNECT_DEFAULTS],
    ['CatchUpConfig', CATCH_UP_DEFAULTS],
  ])('is the default of each option of %s', (name, defaults) => {
    const told = propertiesOf(OPTIONS, name).map((option) => [
      option.name,
      valueOf(option.defaultValue),
    ]);
    expect(Object.fromEntries(told)).toEqual(defaults);
  });

  it('is the default of the options of a client', () => {
    const told = Object.fromEntries(
      propertiesOf(OPTIONS, 'TimelinesConfig').map((option) => [
        option.name,
        valueOf(option.defaultValue),
      ]),
    );
    expect(told).toMatchObject({ ...SOCKET_DEFAULTS, healthInterval: HEALTH_INTERVAL });
  });
});

describe('the docstring of WarningCode', () => {
  const { members, docs } = unionOf('src/model/events.ts', 'WarningCode');

  it('lists each code once', () => {
    expect([...docs.keys()].sort()).toEqual([...members].sort());
  });
});

describe('unitOf()', () => {
  it.each([
    ['The wait before the first retry, in ms.', 'ms'],
    ['A number: after this many ms each time.', 'ms'],
    ['The longest event to read, in UTF-16 code units of all its lines.', 'UTF-16 code units'],
    ['The number of consecutive retries.', ''],
  ])('%s', (text, unit) => {
    expect(unitOf(text)).toBe(unit);
  });
});
