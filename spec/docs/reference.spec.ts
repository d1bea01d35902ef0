/** The API reference says of whatever can be called what goes wrong, and of what Mastodon has since when. */
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

/** What an entry exports, by name. */
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

/** The docstring, its tags included. */
const docOf = (symbol: ts.Symbol): string =>
  [
    ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    ...symbol
      .getJsDocTags(checker)
      .map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`),
  ].join('\n');

/** What an interface or a class has, with the docstring of each. */
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
      // What only builds an entity has nothing that could go wrong.
      .filter(([name]) => !name.startsWith('fake'))
      .map(([name, symbol]): [entry: string, name: string, doc: string] => [
        entry,
        name,
        docOf(symbol),
      ]),
  );

  it.each(functions)('%s: %s says what goes wrong', (_entry, _name, doc) => {
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
  it.each(membersOf('Timelines'))('%s: errors, version, link', (_name, doc) => {
    expect(doc).toMatch(/@throws|never errors/);
    expect(doc).toMatch(/Since\s+Mastodon \d\.\d|Mastodon has none/);
    expect(doc).toMatch(/@see https:\/\/docs\.joinmastodon\.org\/methods\/streaming\/#[a-z-]+/);
  });

  it('has them all', () => {
    expect(membersOf('Timelines').map(([name]) => name)).toEqual(
      expect.arrayContaining(['user', 'list', 'channel', 'healthy$', 'isHealthy']),
    );
  });
});

describe('StreamListener', () => {
  const docs = new Map(membersOf('StreamListener'));

  it.each(STREAM_EVENTS)('%s: the version of Mastodon', (event) => {
    expect(docs.get(handlerNameOf(event))).toMatch(/[Ss]ince\s+Mastodon \d\.\d/);
  });

  it('says what becomes of what a handler throws', () => {
    expect(docOf(exportsOf('index.ts').get('StreamListener')!)).toMatch(/throws/);
  });
});
