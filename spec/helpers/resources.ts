import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';

/** What the test runner itself has or has not at any moment. */
const NOT_OURS = new Set([
  'PipeWrap',
  'MessagePort',
  'Immediate',
  'TTYWrap',
  'FSReqPromise',
  'ProcessWrap',
]);

/** What keeps the process alive right now, by kind: sockets, timers, look-ups. */
export function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!NOT_OURS.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Resolves once there is of nothing more than there was `before`: neither sockets nor timers. */
export async function nothingLeft(before: ReadonlyMap<string, number>): Promise<void> {
  const left = (): unknown[] =>
    [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
  // Turn by turn: a timer to wait with would be one more.
  const patience = performance.now() + 10_000;
  while (left().length > 0 && performance.now() < patience) await turn();
  expect(left()).toEqual([]);
}
