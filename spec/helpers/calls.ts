import { config } from 'rxjs';
import { onTestFinished } from 'vitest';
import { StreamListener } from '../../src/listener/streamListener.ts';

/** A call of a handler: its name, then its arguments. */
export type Call = readonly [name: string, ...args: unknown[]];

/** A listener that records every call of every handler. */
export class CallRecorder extends StreamListener {
  readonly calls: Call[] = [];
  readonly #waiters = new Set<() => void>();

  constructor() {
    super();
    for (const name of Object.getOwnPropertyNames(StreamListener.prototype)) {
      if (name === 'constructor') continue;
      const handler = (...args: unknown[]): void => {
        this.calls.push([name, ...args]);
        for (const look of this.#waiters) look();
      };
      Object.assign(this, { [name]: handler });
    }
  }

  /** The names of all calls. */
  get names(): string[] {
    return this.calls.map(([name]) => name);
  }

  /** The calls of event handlers, without their last argument, the stream. */
  get own(): Call[] {
    return this.calls
      .filter(([name]) => name !== 'onAnyEvent')
      .map(([name, ...args]) => [name, ...args.slice(0, -1)]);
  }

  /** The calls of the handlers of server events, without the stream. */
  get served(): Call[] {
    return this.own.filter(([name]) => !CONNECTION.has(name));
  }

  /** The arguments of this handler, call by call. */
  argsOf(name: keyof StreamListener): unknown[][] {
    return this.calls.filter(([called]) => called === name).map(([, ...args]) => args);
  }

  /** Resolves when this handler has been called that many times. */
  until(name: keyof StreamListener, count = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.argsOf(name).length < count) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }
}

const CONNECTION: ReadonlySet<string> = new Set([
  'onAbort',
  'onCaughtUp',
  'onConnected',
  'onDisconnected',
  'onHeartbeat',
  'onMalformed',
  'onWarning',
]);

/** The errors that RxJS reports as unhandled until the test ends, instead of throwing them. */
export function unhandledErrors(): {
  readonly errors: Error[];
  until(count: number): Promise<void>;
} {
  const errors: Error[] = [];
  const waiters = new Set<() => void>();
  config.onUnhandledError = (error: Error) => {
    errors.push(error);
    for (const look of waiters) look();
  };
  onTestFinished(() => {
    config.onUnhandledError = null;
  });
  return {
    errors,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (errors.length < count) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
  };
}
