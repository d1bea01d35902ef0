import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What the heap holds, in bytes, once all that can be given back was given back. */
export function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** All listeners of the process, such as a library might forget to take off. */
export const listeners = (): number =>
  process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);
