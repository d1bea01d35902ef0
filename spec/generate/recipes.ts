/** The code of the pages that is a file of examples/ or spec/: `<!-- examples/NAME.ts -->` before a block names it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A named block: the comment, the file, and the code that stands there. */
const BLOCK = /(<!-- ((?:examples|spec)\/[\w/.-]+\.ts) -->\n\n```ts\n)(.*?)(?=^```$)/gms;

/** The pages that may have such blocks, as they are. */
export const recipePages = (): string[] =>
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);

/** The page as it would be with the code that its files have now. */
export const withRecipes = (page: string): string =>
  readFileSync(join(root, page), 'utf8').replace(
    BLOCK,
    (_block, before: string, file: string) => before + codeOf(file),
  );

/** The files that are shown in a page, and where each block begins. */
export const recipesIn = (page: string): { file: string; line: number }[] => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ index, 1: before = '', 2: file = '' }) => ({
    file,
    line: text.slice(0, index + before.length).split('\n').length,
  }));
};

export function writeRecipes(): void {
  for (const page of recipePages()) writeFileSync(join(root, page), withRecipes(page));
}

/** The file without the comment that it begins with, which the page has in words of its own. */
const codeOf = (file: string): string =>
  readFileSync(join(root, file), 'utf8').replace(/^(\/\/.*\n)+/, '');
