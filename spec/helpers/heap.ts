import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Returns the used heap in bytes, after garbage collections. */
export function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** The number of listeners of the process, which a library might forget to remove. */
export const listeners = (): number =>
  process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);
