/** The format of messages between a page and Node: JSON, with tags for values that JSON cannot represent. */

/** A value that is encoded as JSON. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/** A page's message to Node. */
export interface Ask {
  /** The page whose functions can be called back. */
  readonly page: string;
  readonly op: 'module' | 'get' | 'call' | 'new' | 'await';
  /** The number of an object, or the name of a module. */
  readonly target: number | string;
  readonly key?: string;
  readonly args?: Wire;
}

/** Encodes the objects of one side, and decodes those of the other. */
export interface Dialect {
  write(value: object): Wire;
  read(tag: string, value: Record<string, Wire>): unknown;
}

const TAG = '$tag';

export const tagged = (tag: string, fields: Record<string, Wire> = {}): Wire => ({
  [TAG]: tag,
  ...fields,
});

export function encode(value: unknown, dialect: Dialect): Wire {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === undefined || typeof value === 'symbol') return tagged('undefined');
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : tagged('number', { text: String(value) });
  }
  if (Array.isArray(value)) return value.map((item) => encode(item, dialect));
  if (value instanceof Uint8Array) return tagged('bytes', { latin1: latin1Of(value) });
  if (value instanceof URL) return tagged('url', { href: value.href });
  if (value instanceof Error) {
    const { name, message, code } = value as Error & { code?: unknown };
    return tagged('error', { name, message, code: encode(code, dialect) });
  }
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) return dialect.write(value);
  const entries = Object.entries(value).map(([key, field]) => [key, encode(field, dialect)]);
  return Object.fromEntries(entries) as Wire;
}

export function decode(wire: Wire, dialect: Dialect): unknown {
  if (Array.isArray(wire)) return wire.map((item) => decode(item, dialect));
  if (typeof wire !== 'object' || wire === null) return wire;
  switch (wire[TAG]) {
    case undefined:
      return Object.fromEntries(
        Object.entries(wire).map(([key, field]) => [key, decode(field, dialect)]),
      );
    case 'undefined':
      return undefined;
    case 'number':
      return Number(wire['text']);
    case 'bytes':
      return Buffer.from(wire['latin1'] as string, 'latin1');
    case 'url':
      return new URL(wire['href'] as string);
    case 'error': {
      const { name, message, code } = wire;
      return Object.assign(new Error(message as string), { name, code: decode(code!, dialect) });
    }
    default:
      return dialect.read(wire[TAG] as string, wire);
  }
}

const latin1Of = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
