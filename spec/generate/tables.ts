/** Writes those tables of the pages that are made of docstrings. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { handlerNameOf } from '../../src/listener/handlerNameOf.ts';
import { textOf } from './blocks.ts';
import {
  errorClassesOf,
  methodsOf,
  propertiesOf,
  unionOf,
  type ErrorClass,
  type Property,
} from './declarations.ts';

const root = resolve(import.meta.dirname, '../..');

/** A table of a page, by the comments around it. */
const TABLE = /(?<=<!-- table of (\w+): [^\n]* -->\n).*?(?=<!-- \/table -->)/gs;

const OPTIONS = 'src/config/options.ts';
const CHANNELS = 'src/connect/channels.ts';

/** The tables by name. A name is that of the declaration that has the docstrings. */
const TABLES: Readonly<Record<string, () => string>> = {
  TimelinesConfig: () => optionTable(OPTIONS, 'TimelinesConfig'),
  StreamDefaults: () => optionTable(OPTIONS, 'StreamDefaults'),
  StreamConfig: () => optionTable(OPTIONS, 'StreamConfig'),
  ReconnectConfig: () => optionTable(OPTIONS, 'ReconnectConfig'),
  CatchUpConfig: () => optionTable(OPTIONS, 'CatchUpConfig'),
  PublicConfig: () => optionTable(CHANNELS, 'PublicConfig'),
  HashtagConfig: () => optionTable(CHANNELS, 'HashtagConfig'),
  WarningCode: () => warningTable(),
  ServerPayloads: () => eventTable('ServerPayloads'),
  ConnectionPayloads: () => eventTable('ConnectionPayloads'),
  StreamHandlers: () => handlerTable(),
  MastodonError: () => errorTable(),
};

/** The pages with generated tables. */
export const PAGES_WITH_TABLES = [
  'docs/options.md',
  'docs/02-events-and-entities.md',
  'docs/03-errors-and-reconnecting.md',
  'docs/listener-classes.md',
];

/** The names of a page's tables. */
export const tablesIn = (page: string): string[] =>
  [...textOf(page).matchAll(TABLE)].map(([, name = '']) => name);

/**
 * Returns the page with its current tables.
 *
 * @throws `Error` if the page has a table of something unknown.
 */
export async function withTables(page: string): Promise<string> {
  const tables = new Map<string, string>();
  for (const name of tablesIn(page)) {
    const table = TABLES[name];
    if (!table) throw new Error(`${page}: there is no table of ${name}`);
    tables.set(name, await format(table(), { parser: 'markdown' }));
  }
  return textOf(page).replace(TABLE, (_, name: string) => `\n${tables.get(name)}\n`);
}

export async function writeTables(): Promise<void> {
  for (const page of PAGES_WITH_TABLES) {
    writeFileSync(join(root, page), await withTables(page));
  }
}

/** Returns the unit that a docstring names: "ms" for `timeout`. */
export const unitOf = (text: string): string =>
  /(?<=\bin )(?:ms|bytes|UTF-16 code units)\b/.exec(text)?.[0] ?? /\bms\b/.exec(text)?.[0] ?? '';

const optionTable = (file: string, name: string): string =>
  table(
    ['option', 'default', 'unit', 'meaning'],
    propertiesOf(file, name).map((option) => [
      `\`${option.name}\``,
      option.isOptional ? (option.defaultValue ?? 'none') : 'required',
      unitOf(option.text),
      meaningOf(option),
    ]),
  );

/** Joins the docstring and its example; linked options are on the same page, under their names. */
const meaningOf = ({ text, example }: Property): string =>
  [text, ...(example === undefined ? [] : [`Example: ${example}`])]
    .join(' ')
    .replaceAll(/\{@link (\w+)\}/g, '[`$1`](#$1)')
    .replaceAll(/\]\(#(\w+)\)/g, (_, anchor: string) => `](#${anchor.toLowerCase()})`);

const warningTable = (): string =>
  table(
    ['code of a `warning`', 'the problem'],
    [...unionOf('src/model/events.ts', 'WarningCode').docs].map(([code, text]) => [
      `\`${code}\``,
      text.replace(/\.$/, ''),
    ]),
  );

const EVENTS = 'src/model/events.ts';

const eventTable = (name: string): string =>
  table(
    ['type', 'payload', 'meaning'],
    propertiesOf(EVENTS, name).map(({ name: type, type: payload, text }) => [
      `\`${type}\``,
      `\`${payload}\``,
      text.replace(/\.$/, ''),
    ]),
  );

/** The handlers of events, whose names follow from the union, and those that are declared one by one. */
function handlerTable(): string {
  const named = methodsOf('src/listener/handlers.ts', 'StreamHandlers');
  const events = ['ServerPayloads', 'ConnectionPayloads'].flatMap((name) =>
    propertiesOf(EVENTS, name),
  );
  const derived = events
    .map(({ name, type, text }) => ({
      name: handlerNameOf(name),
      parameters: type === 'undefined' ? [] : [type],
      text: `\`${name}\`: ${text}`,
    }))
    .filter(({ name }) => !named.some((method) => method.name === name));
  return table(
    ['handler', 'called with', 'at'],
    [...derived, ...named].map(({ name, parameters, text }) => [
      `\`${name}\``,
      parameters
        .filter((parameter) => parameter !== 'stream')
        .map((parameter) => `\`${parameter}\``)
        .join(', '),
      text.replace(/\.$/, ''),
    ]),
  );
}

/** The tree of errors, in the order of its branches. */
function errorTable(): string {
  const classes = ['src/model/errors.ts', 'src/operators/boundedQueue.ts'].flatMap(errorClassesOf);
  const rows = (parent: ErrorClass, prefix: string): string[][] => {
    const children = classes.filter(({ parent: name }) => name === parent.name);
    return children.flatMap((each, index) => {
      const isLast = index === children.length - 1;
      const child = { ...each, retryable: each.retryable ?? inherited(parent, each) };
      return [
        row(child, prefix + (isLast ? '└ ' : '├ ')),
        ...rows(child, prefix + (isLast ? '\u00a0\u00a0' : '│ ')),
      ];
    });
  };
  const row = ({ name, text, retryable = '' }: ErrorClass, branch: string): string[] => [
    `${branch}\`${name}\``,
    text.replace(/\.$/, ''),
    retryable.replace(/\.$/, ''),
  ];
  const root = classes.find(({ name }) => name === 'MastodonError')!;
  return table(['class', 'meaning', 'retryable'], [row(root, ''), ...rows(root, '')]);
}

/** For a class of one status: whether that status is among those that its parent lists. */
function inherited({ retryable = '' }: ErrorClass, { text }: ErrorClass): string {
  const [status] = /^\dxx|^\d{3}/.exec(text) ?? [];
  if (status === undefined || !/\d/.test(retryable)) return retryable;
  return retryable.includes(status) ? 'yes' : 'no';
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
