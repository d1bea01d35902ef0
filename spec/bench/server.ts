/**
 * The server of the benchmarks, in a process of its own: it replays bytes that were rendered before.
 *
 * The first part of the path is the mode: `/MODE/COUNT/SIZE/…`, so that clients which append their own path to
 * a base URL reach it, too. After COUNT events a stream stays open, like Mastodon's.
 *
 * - `bulk`: joined into writes of 64 KB
 * - `each`: one event per write, like Mastodon
 * - `paced`: 200 events a second, each with the time at which it was written (as its `uri`)
 * - `idle`: `:thump`, or posts, on every stream at each message of the parent
 *
 * The REST timelines of its root are empty.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { sseOf, statuses, statusOfSize } from './events.ts';

const usual = statuses();
const idle = new Set<ServerResponse>();

/** The number of posts that the idle streams have received. */
let heard = 0;

/** The post that they receive next: each has its own id, so that streams which store ids store it. */
function nextPost(): string {
  const post = JSON.parse(usual[heard % usual.length]!) as object;
  return JSON.stringify({ ...post, id: String(118_000_000_000_000_000n + BigInt(heard++)) });
}

const payloadsOf = (size: number): readonly string[] => (size > 0 ? [statusOfSize(size)] : usual);

/** `count` events as buffers of one write each. */
function* writesOf(mode: string, count: number, size: number): Generator<Buffer> {
  const events = payloadsOf(size).map(sseOf);
  const at = (n: number): Buffer => events[n % events.length]!;
  if (mode === 'each') {
    for (let n = 0; n < count; n++) yield at(n);
    return;
  }
  let batch: Buffer[] = [];
  let length = 0;
  for (let n = 0; n < count; n++) {
    batch.push(at(n));
    length += at(n).length;
    if (length >= 65_536 || n === count - 1) {
      yield Buffer.concat(batch);
      batch = [];
      length = 0;
    }
  }
}

function replay(socket: Socket, writes: Iterator<Buffer>, write: (bytes: Buffer) => boolean): void {
  const step = (): void => {
    if (socket.destroyed) return;
    const next = writes.next();
    if (next.done) return;
    if (write(next.value)) setImmediate(step);
    else socket.once('drain', step);
  };
  step();
}

/** Calls `send` 200 times a second, also for late ticks. */
function paced(socket: Socket, count: number, send: (json: string) => void): void {
  let sent = 0;
  const start = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor((performance.now() - start) / 5) + 1);
    if (socket.destroyed || sent >= count) clearInterval(timer);
    for (; sent < due; sent++) {
      const post = usual[sent % usual.length]!;
      send(post.replace(/"uri":"[^"]*"/, `"uri":"${process.hrtime.bigint()}"`));
    }
  }, 1);
}

/** For clients that use only the host of a base URL: `/set/MODE/COUNT/SIZE` selects their events. */
let usualPath = '';

function partsOf({ url = '' }: IncomingMessage): { mode: string; count: number; size: number } {
  const [, mode = '', count = '0', size = '0'] = (url.startsWith('/api/') ? usualPath : url).split(
    '/',
  );
  return { mode, count: Number(count), size: Number(size) };
}

const server = createServer((request, response) => {
  const { url = '' } = request;
  if (url.startsWith('/set/')) {
    usualPath = url.slice('/set'.length);
    response.end();
    return;
  }
  if (url.includes('/instance')) {
    const streaming = `ws://${request.headers.host}`;
    const urls = { streaming, streaming_api: streaming };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ urls, configuration: { urls } }));
    return;
  }
  if (url.startsWith('/api/v1/timelines/')) {
    // The requests of `catchUp` before a stream opens: an empty timeline.
    response.setHeader('content-type', 'application/json');
    response.end('[]');
    return;
  }
  const { mode, count, size } = partsOf(request);
  response.socket?.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(':)\n');
  const { socket } = response;
  if (socket === null) return;
  if (mode === 'idle') {
    idle.add(response);
    response.once('close', () => idle.delete(response));
  } else if (mode === 'paced') {
    paced(socket, count, (json) => response.write(sseOf(json)));
  } else {
    replay(socket, writesOf(mode, count, size), (bytes) => response.write(bytes));
  }
});

const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
webSockets.on('connection', (webSocket: WebSocket, request) => {
  const { mode, count, size } = partsOf(request);
  const posts = payloadsOf(size);
  // The subscriptions of masto.js and others are echoed, since they check that.
  let stream = ['public'];
  let started = false;
  const frameOf = (payload: string): string => JSON.stringify({ stream, event: 'update', payload });
  const start = (): void => {
    if (started) return;
    started = true;
    if (mode === 'paced') {
      paced(request.socket, count, (json) => webSocket.send(frameOf(json)));
      return;
    }
    const frames = posts.map((post) => Buffer.from(frameOf(post)));
    let n = 0;
    const step = (): void => {
      while (n < count && webSocket.readyState === webSocket.OPEN) {
        webSocket.send(frames[n++ % frames.length]!, { binary: false });
        if (request.socket.writableNeedDrain) {
          request.socket.once('drain', step);
          return;
        }
        if (n % 8 === 0) {
          setImmediate(step);
          return;
        }
      }
    };
    step();
  };
  webSocket.on('message', (data: Buffer) => {
    const asked = JSON.parse(data.toString()) as { type?: string; stream?: string };
    if (asked.type !== 'subscribe') return;
    stream = [asked.stream ?? 'public'];
    start();
  });
  if (request.url?.includes('stream=')) start();
});

process.on('message', (message: 'beat' | { readonly posts: number }) => {
  if (message === 'beat') {
    for (const response of idle) response.write(':thump\n');
    return;
  }
  for (let n = 0; n < message.posts; n++) {
    const bytes = sseOf(nextPost());
    for (const response of idle) response.write(bytes);
  }
});
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', 8_192, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
