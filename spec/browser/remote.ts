/** The page's end of the bridge: objects of Node that are called as if they were local. */
import { inject } from 'vitest';
import { decode, encode, tagged, type Ask, type Dialect, type Wire } from './wire.ts';

const bridge = inject('bridge');
const page = crypto.randomUUID();
const objects = new Map<number, object>();
const functions: ((...args: unknown[]) => void)[] = [];
const numbers = new WeakMap<object, number>();
/** The numbers of the proxies for objects of Node. */
const remotes = new WeakMap<object, number>();

const dialect: Dialect = {
  write: (value) => {
    const remote = remotes.get(value);
    if (remote !== undefined) return tagged('object', { number: remote });
    const number = numbers.get(value) ?? functions.push(value as (...args: unknown[]) => void) - 1;
    numbers.set(value, number);
    return tagged('function', { number });
  },
  read: (tag, { number, error }) => {
    switch (tag) {
      case 'promise':
        return settled(number as number);
      case 'thrown':
        throw decode(error!, dialect) as Error;
      default:
        return objectOf(number as number);
    }
  },
};

new WebSocket(`ws://${bridge}/${page}`).onmessage = ({ data }: MessageEvent<string>) => {
  const { number, args } = JSON.parse(data) as { number: number; args: Wire };
  functions[number]!(...(decode(args, dialect) as unknown[]));
};

const textOf = (ask: Omit<Ask, 'page'>): string => JSON.stringify({ page, ...ask });

function ask(question: Omit<Ask, 'page'>): Wire {
  const request = new XMLHttpRequest();
  request.open('POST', `http://${bridge}`, false);
  request.send(textOf(question));
  return JSON.parse(request.responseText) as Wire;
}

async function settled(target: number): Promise<unknown> {
  const body = textOf({ op: 'await', target });
  const response = await fetch(`http://${bridge}`, { method: 'POST', body });
  return decode((await response.json()) as Wire, dialect);
}

/** Returns the proxy for an object of Node; it is not a plain object, whose fields would be sent instead. */
class Remote {
  readonly isElsewhere = true;
}

function objectOf(number: number): object {
  const known = objects.get(number);
  if (known) return known;
  const methods = new Map<string, unknown>();
  const remote = new Proxy(new Remote(), {
    get: (_target, key) => {
      // It is not a promise, although its properties are functions: `await` must return the object.
      if (typeof key === 'symbol' || key === 'then') return undefined;
      if (methods.has(key)) return methods.get(key);
      const wire = ask({ op: 'get', target: number, key });
      if ((wire as { $tag?: Wire } | null)?.$tag !== 'method') return decode(wire, dialect);
      const method = methodOf(number, key);
      methods.set(key, method);
      return method;
    },
  });
  objects.set(number, remote);
  remotes.set(remote, number);
  return remote;
}

function methodOf(target: number, key: string): unknown {
  const through =
    (op: 'call' | 'new') =>
    (...args: unknown[]): unknown =>
      decode(ask({ op, target, key, args: encode(args, dialect) }), dialect);
  const call = through('call');
  return new Proxy(call, {
    apply: (_target, _this, args: unknown[]) => call(...args),
    construct: (_target, args: unknown[]) => through('new')(...args) as object,
  });
}

/** A module in Node. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it says what is across
export const moduleOf = <T>(name: string): T =>
  decode(ask({ op: 'module', target: name }), dialect) as T;
