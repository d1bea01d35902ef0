/** Whatever TypeScript stands in the README and in docs compiles, and every link between them leads somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { recipePages, recipesIn, withRecipes } from './generate/recipes.ts';

const root = resolve(import.meta.dirname, '..');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Blocks that are files of examples/, which tsc checks in their own place. */
const recipes = new Set(
  recipePages().flatMap((page) =>
    recipesIn(page).map(({ line }) => join(root, `${page}.line${line}.ts`)),
  ),
);

/** The page's `ts` blocks, each as the module that a reader would paste it into. */
const examples = new Map<string, string>(
  pages
    .flatMap((page) =>
      [...textOf(page).matchAll(/^```ts\n(.*?)^```$/gms)].map((match): [string, string] => {
        const line = textOf(page).slice(0, match.index).split('\n').length + 1;
        return [join(root, `${page}.line${line}.ts`), `${match[1] ?? ''}\nexport {};\n`];
      }),
    )
    .filter(([path]) => !recipes.has(path)),
);

describe('the code of a recipe', () => {
  it('stands in the cookbook', () => {
    expect(recipesIn('docs/07-cookbook.md').length).toBeGreaterThanOrEqual(15);
  });

  it.each(recipePages())('is what its file has (npm run generate): %s', (page) => {
    expect(textOf(page)).toBe(withRecipes(page));
  });
});

describe('the TypeScript in the pages', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    root,
  );
  // The pages show programs, not libraries: a variable may be there to be looked at.
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false, skipLibCheck: true });

  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => examples.get(path) ?? readFile(path);
  host.fileExists = (path) => examples.has(path) || fileExists(path);
  const program = ts.createProgram([...examples.keys()], options, host);

  it('is there', () => {
    expect(examples.size).toBeGreaterThan(8);
  });

  it.each([...examples.keys()].map((path) => [path.slice(root.length + 1), path]))(
    'compiles: %s',
    (_name, path) => {
      const source = program.getSourceFile(path);
      const found = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      expect(found).toEqual([]);
    },
    60_000,
  );
});

/** What GitHub makes of a heading, to be linked to. */
const anchorsIn = (page: string): Set<string> =>
  new Set(
    [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/ /g, '-'),
    ),
  );

describe('the links in the pages', () => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(
      ([, file = '', anchor = '']): [page: string, file: string, anchor: string] => [
        page,
        file,
        anchor,
      ],
    ),
  );

  it.each(links)('in %s: %s#%s is there', (page, file, anchor) => {
    const target = file === '' ? join(root, page) : join(root, dirname(page), file);
    expect(existsSync(target)).toBe(true);
    if (anchor !== '') expect(anchorsIn(target)).toContain(anchor);
  });
});
