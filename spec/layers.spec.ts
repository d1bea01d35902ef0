/** Checks the order of the folders of src/: a folder imports only from those before it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** From the bottom up; folders in one row do not import from each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['internal'],
  ['model'],
  ['platform', 'diagnostics'],
  ['http'],
  ['config'],
  ['connect'],
  ['transport'],
  ['decode'],
  ['policies'],
  ['client'],
  ['operators', 'listener'],
  ['entities.ts'],
  ['index.ts'],
  ['jetstream', 'testing'],
  ['angular'],
  ['cli'],
];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));

const layerOf = (file: string): number => {
  const [top = ''] = file.split('/');
  return LAYERS.findIndex((row) => row.includes(top));
};

/** The imports of a file from src/, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.\.?\/[^']+)'/g)].map(([, path = '']) =>
    posix.normalize(posix.join(posix.dirname(file), path)),
  );
}

describe('the folders of src/', () => {
  it('all have an entry in the order', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it.each(files)('%s imports only from its own folder and those below it', (file) => {
    const own = file.split('/')[0];
    const tooHigh = importsOf(file).filter((path) => {
      const folder = path.split('/')[0];
      return folder !== own && layerOf(path) >= layerOf(file);
    });
    expect(
      tooHigh,
      `${dirname(file)} stands below ${tooHigh.map(dirname).join(', ')}: what both need goes into the lower folder (CONTRIBUTING.md)`,
    ).toEqual([]);
  });
});
