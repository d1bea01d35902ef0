import type { Observable } from 'rxjs';
import { onTestFinished } from 'vitest';

/** The values of a subscription so far, and promises for later ones. */
export interface Recording<T> {
  readonly values: T[];
  /** Resolves with the values when there are that many, or when one matches. */
  until(enough: number | ((value: T) => boolean)): Promise<T[]>;
  /** Resolves with the error, or with `undefined` on completion. */
  readonly ended: Promise<unknown>;
  unsubscribe(): void;
}

/** Subscribes until the test ends. */
export function record<T>(source$: Observable<T>): Recording<T> {
  const values: T[] = [];
  const waiters = new Set<() => void>();
  let end!: (error?: unknown) => void;
  let isOver = false;
  const ended = new Promise((resolve) => {
    end = (error) => {
      isOver = true;
      resolve(error);
      for (const look of waiters) look();
    };
  });
  const subscription = source$.subscribe({
    next: (value) => {
      values.push(value);
      for (const look of waiters) look();
    },
    error: (error: unknown) => end(error ?? new Error('an error of nothing')),
    complete: () => end(),
  });
  onTestFinished(() => subscription.unsubscribe());

  return {
    values,
    ended,
    unsubscribe: () => subscription.unsubscribe(),
    until: (enough) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const there = typeof enough === 'number' ? values.length >= enough : values.some(enough);
          if (!there && !isOver) return;
          waiters.delete(look);
          if (there) resolve(values);
          else
            void ended.then((error) => {
              const text = JSON.stringify(values);
              reject(
                new Error(`It ended with ${String(error)} after ${values.length} values: ${text}`),
              );
            });
        };
        waiters.add(look);
        look();
      }),
  };
}
