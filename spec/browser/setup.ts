/** What the specs have from Node without an import. */
import { Buffer } from 'buffer';

const env = (import.meta as ImportMeta & { env: unknown }).env;
const { setTimeout } = globalThis; // the page's own, whatever a spec puts in its place
const setImmediate = (callback: () => void): void => void setTimeout(callback);
Object.assign(globalThis, { Buffer, process: { env }, setImmediate });
