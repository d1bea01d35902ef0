/** The TypeScript blocks of the pages, which equal files: `<!-- examples/NAME.ts -->` before a block names its file. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A block, and the comment before it that names its file. */
const BLOCK = /(?:<!-- (\S+) -->\n\n)?^( *```ts\b[^\n]*\n)(.*?)(?=^ *```$)/gms;

/** A block of a page: its position, and its file. */
export interface Block {
  readonly file: string | undefined;
  readonly line: number;
}

/** The pages that are written by hand. */
export const pages = (): string[] => [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

export const blocksIn = (page: string): Block[] => {
  const text = textOf(page);
  return [...text.matchAll(BLOCK)].map(({ 0: block, 1: file, 3: code = '', index }) => ({
    file,
    line: text.slice(0, index + block.length - code.length).split('\n').length - 1,
  }));
};

/** The page with the current code of its files. */
export const withBlocks = (page: string): string =>
  textOf(page).replace(BLOCK, (block, file: string | undefined, fence: string) =>
    file === undefined ? block : `<!-- ${file} -->\n\n${fence}${codeOf(file)}`,
  );

export function writeBlocks(): void {
  for (const page of pages()) writeFileSync(join(root, page), withBlocks(page));
}

/** The file without its first comment, which the page replaces with its own text. */
const codeOf = (file: string): string => textOf(file).replace(/^(\/\/.*\n)+/, '');
