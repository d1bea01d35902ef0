/** The code of the README and of docs equals that of files that compile, and the targets of their links exist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { blocksIn, pages, textOf, withBlocks } from '../generate/blocks.ts';
import { compilerOptions, problemsOf } from '../helpers/compiler.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the TypeScript in the pages', () => {
  const blocks = pages().flatMap((page) => blocksIn(page).map((block) => ({ page, ...block })));
  const files = [...new Set(blocks.flatMap(({ file }) => file ?? []))];

  it('exists', () => {
    expect(blocks.length).toBeGreaterThan(50);
  });

  it.each(blocks)('has a file: $page, line $line', ({ file }) => {
    expect(file).toMatch(/^(examples|spec)\/.*\.ts$/);
  });

  it.each(pages())('equals its files (npm run generate): %s', (page) => {
    expect(textOf(page)).toBe(withBlocks(page));
  });

  describe('compiles', () => {
    const program = ts.createProgram(
      files.map((file) => join(root, file)),
      compilerOptions,
    );

    it.each(files)(
      '%s',
      (file) => {
        expect(problemsOf(program, program.getSourceFile(join(root, file)))).toEqual([]);
      },
      60_000,
    );
  });
});

describe('the commands in the pages', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const commands = pages().flatMap((page) =>
    [...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => ({ page, name })),
  );

  it.each(commands)('in $page: npm run $name exists', ({ name }) => {
    expect(scripts).toHaveProperty([name]);
  });
});

/** The anchor that GitHub derives from a heading. */
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
  const links = pages().flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(
      ([, file = '', anchor = '']): [page: string, file: string, anchor: string] => [
        page,
        file,
        anchor,
      ],
    ),
  );

  it.each(links)('in %s: %s#%s exists', (page, file, anchor) => {
    const target = file === '' ? join(root, page) : join(root, dirname(page), file);
    expect(existsSync(target)).toBe(true);
    if (anchor !== '') expect(anchorsIn(target)).toContain(anchor);
  });
});
