/**
 * Node for the specs that run in a browser: the page calls the fake Mastodon, sockets and files as
 * if they were local. Calls are synchronous XMLHttpRequests, so that a spec is the same file in both.
 */
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import * as undici from 'undici';
import type { TestProject } from 'vitest/node';
import { WebSocketServer, type WebSocket } from 'ws';
import * as inNode from '../helpers/inNode.ts';
import * as https from './corsHttps.ts';
import * as net from './corsNet.ts';
import { startFakeForPage } from './preflights.ts';
import { decode, encode, tagged, type Ask, type Dialect, type Wire } from './wire.ts';

/** The modules that a page can import. */
const MODULES: Readonly<Record<string, object>> = {
  ...{ fs, https, inNode, net, undici },
  events: {
    // A server gets ready between two calls of a page; in Node the second call is earlier.
    once: (emitter: Server, name: string) =>
      name === 'listening' && emitter.listening ? Promise.resolve([]) : once(emitter, name),
  },
  testing: { startFakeMastodon: startFakeForPage },
};

declare module 'vitest' {
  export interface ProvidedContext {
    /** The address of the bridge. */
    bridge: string;
  }
}

/** vitest's global setup: the bridge exists during the run. */
export default async function setup(project: TestProject): Promise<() => void> {
  const objects: object[] = [];
  const numbers = new WeakMap<object, number>();
  const pages = new Map<string, Page>();
  const pageOf = (name: string): Page => {
    const page = pages.get(name) ?? new Page();
    pages.set(name, page);
    return page;
  };

  const dialectOf = (page: Page): Dialect => ({
    write: (value) => {
      const number = numbers.get(value) ?? objects.push(value) - 1;
      numbers.set(value, number);
      // The page receives it at its next call.
      if (value instanceof Promise) value.catch(() => undefined);
      return tagged(value instanceof Promise ? 'promise' : 'object', { number });
    },
    read: (tag, { number }) =>
      tag === 'function'
        ? page.functionOf(number as number, (args) => encode(args, dialectOf(page)))
        : objects[number as number],
  });

  const answer = async (ask: Ask): Promise<Wire> => {
    const page = pageOf(ask.page);
    const dialect = dialectOf(page);
    const value = (): unknown => {
      const { op, target, key = '' } = ask;
      if (op === 'module') return dialect.write(MODULES[target]!);
      const object = objects[target as number] as Record<string, unknown>;
      const args = decode(ask.args ?? [], dialect) as unknown[];
      if (op === 'await') return object;
      if (op === 'new') return Reflect.construct(object[key] as new () => unknown, args);
      if (op === 'call') return Reflect.apply(object[key] as () => unknown, object, args);
      return typeof object[key] === 'function' ? METHOD : object[key];
    };
    try {
      const result = ask.op === 'await' ? await value() : value();
      if (ask.op === 'module') return result as Wire;
      return result === METHOD ? tagged('method') : encode(result, dialect);
    } catch (error) {
      return tagged('thrown', { error: encode(error, dialect) });
    }
  };

  const server = createServer((request, response) => {
    const write = async (): Promise<void> => {
      const ask = JSON.parse(await text(request)) as Ask;
      response.writeHead(200, { 'access-control-allow-origin': '*' });
      response.end(JSON.stringify(await answer(ask)));
    };
    void write();
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket: WebSocket, { url = '' }: IncomingMessage) => {
    pageOf(url.slice(1)).open(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('bridge', `127.0.0.1:${(server.address() as AddressInfo).port}`);

  return () => {
    for (const socket of webSockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  };
}

const METHOD = Symbol('a method');

/** A connected page, and the functions that it has passed. */
class Page {
  readonly #functions = new Map<number, (...args: unknown[]) => void>();
  readonly #waiting: string[] = [];
  #socket: WebSocket | undefined;

  open(socket: WebSocket): void {
    this.#socket = socket;
    for (const call of this.#waiting.splice(0)) socket.send(call);
  }

  /** Returns the same function each time, so that a listener can be removed again. */
  functionOf(number: number, write: (args: unknown[]) => Wire): (...args: unknown[]) => void {
    const known = this.#functions.get(number);
    if (known) return known;
    const made = (...args: unknown[]): void => {
      const call = JSON.stringify({ number, args: write(args) });
      if (this.#socket) this.#socket.send(call);
      else this.#waiting.push(call);
    };
    this.#functions.set(number, made);
    return made;
  }
}
