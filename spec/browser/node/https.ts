import type * as https from 'node:https';
import { moduleOf } from '../remote.ts';

export const { createServer } = moduleOf<typeof https>('https');
