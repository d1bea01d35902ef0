/** Installs the libraries with which this one is compared; they are not dependencies of this package. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs packages into a folder unless they are installed, and returns the folder; undefined if npm cannot. Some
 * of them require another Node version than this one, on which they run nevertheless.
 */
export function installPeers(path: string, packages: readonly string[]): string | undefined {
  if (existsSync(join(path, 'done'))) return path;
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), '{"private":true}');
  try {
    // `npm run` passes this project's engine-strict on.
    const options = ['--engine-strict=false', '--no-audit', '--no-fund', '--ignore-scripts'];
    const args = ['install', ...options, '--loglevel=error', ...packages];
    execFileSync('npm', args, { cwd: path, timeout: 90_000 });
    writeFileSync(join(path, 'done'), '');
    return path;
  } catch {
    return undefined;
  }
}

/** Tells whether all peers are installed; if one is missing, the page of the results is not written. */
export const isComplete = (...folders: readonly (string | undefined)[]): boolean =>
  !folders.includes(undefined);
