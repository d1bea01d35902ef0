/** Runs examples in the spec's own process. */
import type { FakeMastodon } from 'mastodon-rx/testing';
import { onTestFinished, vi } from 'vitest';
import { fake } from './fake.ts';

interface Stage {
  readonly server: FakeMastodon;
  readonly lines: string[];
  /** Resolves when this line, or one that matches, is printed. */
  readonly printed: (line: string | RegExp) => Promise<void>;
  /** Resolves when this holds, which is checked at each printed line. */
  readonly until: (holds: () => boolean) => Promise<void>;
}

/** Starts a server for the examples, and records what they print. */
export async function stage(): Promise<Stage> {
  const server = await fake();
  vi.stubEnv('MASTODON_URL', server.url);
  vi.stubEnv('MASTODON_TOKEN', server.addToken({ scopes: ['read', 'write'] }));
  const lines: string[] = [];
  const waiters = new Set<() => void>();
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
    for (const look of waiters) look();
  });
  onTestFinished(() => {
    vi.unstubAllEnvs();
    spy.mockRestore();
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (holds()) resolve();
      };
      waiters.add(look);
      look();
    });
  return {
    server,
    lines,
    printed: (line) => until(() => lines.some((each) => isLike(each, line))),
    until,
  };
}

const isLike = (line: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? line === wanted : wanted.test(line);

/** Sets the arguments of the example. */
export function withArguments(...given: string[]): void {
  const argv = vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'example', ...given]);
  onTestFinished(() => argv.mockRestore());
}
