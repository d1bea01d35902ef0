import type { once as onceOfNode } from 'node:events';
import { moduleOf } from '../remote.ts';

export const { once } = moduleOf<{ once: typeof onceOfNode }>('events');
