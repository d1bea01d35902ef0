import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Task, Word } from './worker.ts';

const file = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** A process that can be killed and restarted; it is killed when the test ends. */
export class Worker {
  readonly #task: Task;
  readonly #onWord: (word: Word) => void;
  #process: ChildProcess | undefined;
  /** The unexpected ends of the process: it was not killed. */
  readonly ended: string[] = [];

  constructor(task: Task, onWord: (word: Word) => void = () => undefined) {
    this.#task = task;
    this.#onWord = onWord;
    onTestFinished(() => this.kill());
  }

  /** Resolves when it is connected to nats-server. */
  async start(): Promise<void> {
    const child = fork(file, [JSON.stringify(this.#task)], { execArgv: ['--import', 'tsx'] });
    this.#process = child;
    const ready = new Promise<void>((resolve) => {
      child.on('message', (word: Word) => {
        if (word.word === 'ready') resolve();
        this.#onWord(word);
      });
    });
    child.once('exit', (code) => {
      if (code !== null && code !== 0) this.ended.push(`A worker ended by itself with ${code}`);
    });
    await Promise.race([ready, once(child, 'exit')]);
  }

  /** Stops the process, or lets it continue. */
  send(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const gone = once(child, 'exit').then(() => undefined);
    child.kill(signal);
    return gone;
  }
}
