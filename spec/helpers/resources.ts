import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';

/** Resources of the test runner, which come and go. */
const NOT_OURS = new Set([
  'PipeWrap',
  'MessagePort',
  'Immediate',
  'TTYWrap',
  'FSReqPromise',
  'ProcessWrap',
]);

/** The resources that keep the process alive, by kind: sockets, timers, look-ups. */
export function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!NOT_OURS.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Resolves when there is no more of any kind than `before`: neither sockets nor timers. */
export async function nothingLeft(before: ReadonlyMap<string, number>): Promise<void> {
  const left = (): unknown[] =>
    [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
  // By the event loop, since a timer for the wait would count.
  const deadline = performance.now() + 10_000;
  while (left().length > 0 && performance.now() < deadline) await turn();
  expect(left()).toEqual([]);
}
