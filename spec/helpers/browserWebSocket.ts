/** Node 20 has no global WebSocket: undici's, made of the same standard, stands in for a browser's. */
import { WebSocket } from 'undici';

Object.assign(globalThis, { WebSocket });
