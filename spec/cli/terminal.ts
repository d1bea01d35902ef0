import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { run } from '../../src/cli/main.ts';

/** An output of a run: it keeps the whole text, and tests can wait for it. */
export class Screen extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #waiters = new Set<() => void>();

  constructor({ isTTY = false, columns = 80 } = {}) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Resolves with the text as soon as the text matches. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.text)) return;
        this.#waiters.delete(look);
        resolve(this.text);
      };
      this.#waiters.add(look);
      look();
    });
  }

  override _write(text: string, _encoding: string, done: (error?: Error) => void): void {
    this.text += text;
    for (const look of this.#waiters) look();
    done();
  }
}

interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdout?: Screen;
}

/** A run in this process, which is ended when the test ends. */
export function start(argv: readonly string[], { env = {}, stdout = new Screen() }: Start = {}) {
  const stderr = new Screen();
  const ending = new AbortController();
  const status = run({ argv, env, stdout, stderr, signal: ending.signal });
  onTestFinished(async () => {
    ending.abort();
    await status;
  });
  return { stdout, stderr, status, stop: () => ending.abort() };
}
