/** Programs of examples/scale-out as processes: started, killed, and read by what they print. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** A program of examples/scale-out, which is killed when the test ends. */
export class Program {
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #onPrint: () => void;
  #process: ChildProcess | undefined;
  /** The output since its last start. */
  printed = '';

  constructor(name: string, args: readonly string[], env: object, onPrint: () => void) {
    this.#args = ['--import', 'tsx', `examples/scale-out/${name}.ts`, ...args];
    this.#env = { ...process.env, ...env };
    this.#onPrint = onPrint;
    onTestFinished(() => this.kill());
  }

  start(): void {
    this.printed = '';
    this.#process = spawn(process.execPath, this.#args, {
      cwd: root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process.stdout?.on('data', (data: Buffer) => {
      this.printed += data.toString();
      this.#onPrint();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** The numbers of the last whole line that has this word, such as `12 counted, 3 of them …`. */
  numbers(word: string): readonly number[] {
    const lines = this.printed.split('\n').slice(0, -1);
    const line = lines.filter((each) => each.includes(` ${word}`)).at(-1) ?? '';
    return [...line.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  }

  /** How many whole lines begin with this word. */
  count(word: string): number {
    return this.printed.split('\n').filter((line) => line.startsWith(word)).length;
  }
}
