/** The tables of the pages say what the docstrings say, and the docstrings what the code does. */
import { describe, expect, it } from 'vitest';
import {
  CATCH_UP_DEFAULTS,
  HEALTH_INTERVAL,
  RECONNECT_DEFAULTS,
  SOCKET_DEFAULTS,
  STREAM_DEFAULTS,
} from '../../src/config/defaults.ts';
import { textOf } from '../generate/blocks.ts';
import { propertiesOf, unionOf } from '../generate/declarations.ts';
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

/** The value that begins a docstring's `@defaultValue`, between its backticks. */
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
