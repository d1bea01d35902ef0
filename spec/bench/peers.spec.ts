import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { folder } from '../helpers/programs.ts';
import { installPeers, isComplete } from './peers.ts';

/** A package for a future Node version, on this disk. */
function packageOfTomorrow(): string {
  const path = join(folder(), 'tomorrow');
  mkdirSync(path);
  const content = { name: 'tomorrow', version: '1.0.0', engines: { node: '>=99' } };
  writeFileSync(join(path, 'package.json'), JSON.stringify(content));
  return path;
}

describe('the peers of the benchmark', () => {
  it('are installed although they need another Node version and npm run passes engine-strict on', () => {
    vi.stubEnv('npm_config_engine_strict', 'true');
    onTestFinished(() => void vi.unstubAllEnvs());
    const path = folder();
    expect(installPeers(path, [packageOfTomorrow()])).toBe(path);
    expect(existsSync(join(path, 'node_modules/tomorrow/package.json'))).toBe(true);
  });

  it('are missing if npm cannot install them, and then the results are not complete', () => {
    const path = installPeers(folder(), [join(folder(), 'nowhere')]);
    expect(path).toBeUndefined();
    expect(isComplete('/peers', path)).toBe(false);
    expect(isComplete('/peers', '/peers24')).toBe(true);
  });
});
