import type * as undici from 'undici';
import { moduleOf } from '../remote.ts';

export const { Agent } = moduleOf<typeof undici>('undici');
