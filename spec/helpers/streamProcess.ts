/** A stream in a process of its own, which has its own environment and clock, and can be stopped. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TimelinesConfig } from 'mastodon-rx';
import { onTestFinished } from 'vitest';

/** A process that prints what `public()` emits. */
export interface StreamProcess {
  /** The next event, as type and payload; `error` and the error if the stream has ended. */
  next(): Promise<[type: string, payload: unknown]>;
  /** Stops the process, like a paused container. */
  suspend(): void;
  /** Continues the process. */
  wake(): void;
}

/** Starts the process; it ends with the test. */
export function streamProcess(
  config: TimelinesConfig,
  env: Readonly<Record<string, string>> = {},
): StreamProcess {
  const program = fileURLToPath(new URL('./streamChild.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(config)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { value } = (await lines.next()) as { value: string };
      return JSON.parse(value) as [string, unknown];
    },
    suspend: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
  };
}
