/** What the specs have from Node without an import. */
import { Buffer } from 'buffer';

const env = (import.meta as ImportMeta & { env: unknown }).env;
Object.assign(globalThis, { Buffer, process: { env } });
