/** Node 20 has no global WebSocket: undici's, which implements the same standard, stands in for a browser's. */
import { WebSocket } from 'undici';

Object.assign(globalThis, { WebSocket });
