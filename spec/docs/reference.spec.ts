/** The API reference lists the errors of each function, and the Mastodon version of each feature. */
import { join, resolve } from 'node:path';
import { handlerNameOf, STREAM_EVENTS } from 'mastodon-rx';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { compilerOptions } from '../helpers/compiler.ts';

const root = resolve(import.meta.dirname, '../..');
const entries = [
  'index.ts',
  'entities.ts',
  'angular/index.ts',
  'angular/testing/index.ts',
  'jetstream/index.ts',
  'testing/index.ts',
  'testing/memory/index.ts',
];

const files = entries.map((entry) => join(root, 'src', entry));
const program = ts.createProgram(files, compilerOptions);
const checker = program.getTypeChecker();

/** The exports of an entry, by name. */
const exportsOf = (entry: string): Map<string, ts.Symbol> => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, 'src', entry))!)!;
  return new Map(
    checker
      .getExportsOfModule(module)
      .map((exported) => [
        exported.name,
        (exported.flags & ts.SymbolFlags.Alias) !== 0
          ? checker.getAliasedSymbol(exported)
          : exported,
      ]),
  );
};

/** The docstring, with its tags. */
const docOf = (symbol: ts.Symbol): string =>
  [
    ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    ...symbol
      .getJsDocTags(checker)
      .map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`),
  ].join('\n');

/** The members of an interface or a class, with their docstrings. */
const membersOf = (name: string): [name: string, doc: string][] =>
  checker
    .getDeclaredTypeOfSymbol(exportsOf('index.ts').get(name)!)
    .getProperties()
    .map((member) => [member.name, docOf(member)]);

const ERRORS = /@throws|throws nothing|\berrors?\b/i;

describe('the functions of the entries', () => {
  const functions = entries.flatMap((entry) =>
    [...exportsOf(entry)]
      .filter(([, { flags }]) => (flags & ts.SymbolFlags.Function) !== 0)
      // A function that only builds an entity cannot fail.
      .filter(([name]) => !name.startsWith('fake'))
      .map(([name, symbol]): [entry: string, name: string, doc: string] => [
        entry,
        name,
        docOf(symbol),
      ]),
  );

  it.each(functions)('%s: %s lists its errors', (_entry, _name, doc) => {
    expect(doc).toMatch(ERRORS);
  });

  it('are found', () => {
    const names = functions.map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'createTimelines',
        'injectTimeline',
        'assignTimelines',
        'startFakeMastodon',
      ]),
    );
  });
});

describe('Timelines', () => {
  it.each(membersOf('Timelines'))('%s lists its errors, its version and a link', (_name, doc) => {
    expect(doc).toMatch(/@throws|never errors/);
    expect(doc).toMatch(/Since\s+Mastodon \d\.\d|Mastodon has none/);
    expect(doc).toMatch(/@see https:\/\/docs\.joinmastodon\.org\/methods\/streaming\/#[a-z-]+/);
  });

  it('has all streams', () => {
    expect(membersOf('Timelines').map(([name]) => name)).toEqual(
      expect.arrayContaining(['user', 'list', 'channel', 'healthy$', 'isHealthy']),
    );
  });
});

describe('StreamListener', () => {
  const docs = new Map(membersOf('StreamListener'));

  it.each(STREAM_EVENTS)('%s has its version of Mastodon', (event) => {
    expect(docs.get(handlerNameOf(event))).toMatch(/[Ss]ince\s+Mastodon \d\.\d/);
  });

  it('says how an exception of a handler is handled', () => {
    expect(docOf(exportsOf('index.ts').get('StreamListener')!)).toMatch(/throws/);
  });
});
