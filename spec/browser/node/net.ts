import type * as net from 'node:net';
import { moduleOf } from '../remote.ts';

export const { createServer } = moduleOf<typeof net>('net');
