/** Globals of Node that the specs use without an import. */
import { Buffer } from 'buffer';

const env = (import.meta as ImportMeta & { env: unknown }).env;
const { setTimeout } = globalThis; // the page's own, even if a spec replaces it
const setImmediate = (callback: () => void): void => void setTimeout(callback);
Object.assign(globalThis, { Buffer, process: { env }, setImmediate });
