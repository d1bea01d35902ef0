/** The built package in a project with only its dependencies, without optional peers. `npm test` builds the package. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folder } from './programs.ts';

const root = resolve(import.meta.dirname, '../..');

/** Makes a project with the packed package, its four dependencies, and rxjs; it is removed when the test ends. */
export function project(): string {
  const path = folder();
  const modules = join(path, 'node_modules');
  mkdirSync(modules);
  for (const name of ['eventsource-parser', 'fp-ts', 'io-ts', 'undici', 'rxjs']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const part of ['dist', 'package.json']) {
    cpSync(join(root, part), join(modules, 'mastodon-rx', part), { recursive: true });
  }
  return path;
}
