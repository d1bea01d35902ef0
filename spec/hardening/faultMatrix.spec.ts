/** Tests every fault at every stage of a stream, with and without `reconnect`: the outcome, and that nothing is left behind. */
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createTimelines, type StreamEvent, type TimelinesConfig } from 'mastodon-rx';
import { concatMap, delay, from, of } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sse } from '../../src/transport/sse/parseEventStream.ts';
import { faultsPage } from '../generate/faults.ts';
import { bytes } from '../helpers/bytes.ts';
import { host, loopbackDispatcher, openStream, redirectTo } from '../helpers/hosts.ts';
import { marbles } from '../helpers/marbles.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';
import { nothingLeft, resources } from '../helpers/resources.ts';
import { certificate } from '../helpers/tls.ts';
import { silenceOf } from '../helpers/silence.ts';
import { FAULTS, statusesOf, type Fault, type FaultName, type Stage } from './faultMatrix.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

const chunk = (data: string | Uint8Array): Buffer => {
  const body = Buffer.from(data);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
};

const event = (id: string): string => `event: delete\ndata: ${id}\n\n`;

/** A healthy stream, with an event that shows it. */
const healthy = (socket: Socket): void => {
  socket.write(CHUNKED);
  socket.write(chunk(`:)\n${event('well')}`));
};

/** Writes byte by byte, a few ms apart, until the socket is closed. */
function trickle(socket: Socket, data: Buffer, then?: () => void): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at === data.length) {
      clearInterval(timer);
      then?.();
    } else socket.write(data.subarray(at, ++at));
  }, 2);
  socket.once('close', () => clearInterval(timer));
}

type Given = Partial<Omit<TimelinesConfig, 'baseUrl'>>;

/** A prepared case: the URL to connect to, and the configuration. */
interface Case {
  readonly config: Given & { readonly baseUrl: string };
  /** Causes the fault, when the subscriber has reached the stage. */
  readonly strike?: () => void;
  /** Whether a second connection gets a healthy stream. */
  readonly recovers: boolean;
  /** Resolves once no socket is open. */
  readonly closed: () => Promise<void>;
}

type SetUp = (stage: Stage, status: number) => Promise<Case>;

/** The first request gets the response of `first`, each later one a healthy stream. */
function answering(
  first: (socket: Socket, request: string, status: number) => void,
  config: Given = {},
): SetUp {
  return async (_stage, status) => {
    let requests = 0;
    const server = await rawServer((socket, request) => {
      if (requests++ === 0) first(socket, request, status);
      else healthy(socket);
    });
    return {
      config: { baseUrl: server.url, ...config },
      recovers: true,
      closed: () => server.disconnected(),
    };
  };
}

/** A whole response, as the server's first. */
const answer = (head: (status: number) => string, body = '{"error":"words"}'): SetUp =>
  answering((socket, _request, status) =>
    socket.write(`${head(status)}Content-Length: ${body.length}\r\n\r\n${body}`),
  );

const refusal = (headers = ''): SetUp =>
  answer((status) => `HTTP/1.1 ${status} Words\r\n${headers}`);

/** A stream that reaches the stage, and the fault at that point. */
function striking(strike: (socket: Socket, stage: Stage) => void, config: Given = {}): SetUp {
  return async (stage) => {
    let stricken: Socket | undefined;
    const server = await rawServer((socket) => {
      if (stricken) {
        healthy(socket);
        return;
      }
      stricken = socket;
      const before = stage === 'before the first event' ? '' : event('1');
      const half = stage === 'inside an event' ? 'event: delete\nda' : '';
      socket.write(CHUNKED);
      socket.write(chunk(`:)\n${before}${half}`));
    });
    return {
      config: { baseUrl: server.url, ...config },
      strike: () => strike(stricken!, stage),
      recovers: true,
      closed: () => server.disconnected(),
    };
  };
}

/** A server with TLS, to which no request gets through. */
async function tlsServer(): Promise<{ port: number; closed: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(certificate());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    closed: async () => {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
  };
}

const resolved = (): Promise<void> => Promise.resolve();

const redirected = (socket: Socket, location: string, status: number): void => {
  socket.write(
    `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`,
  );
};

/** Hosts with names: their dispatcher is closed with its sockets. */
const named = async (
  setUp: () => Promise<{ baseUrl: string; streamingUrl?: string }>,
): Promise<Case> => {
  const urls = await setUp();
  const dispatcher = loopbackDispatcher();
  return { config: { ...urls, dispatcher }, recovers: false, closed: () => dispatcher.destroy() };
};

const SET_UPS: Record<FaultName, SetUp> = {
  'the port refuses the connection': async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return { config: { baseUrl: `http://127.0.0.1:${port}` }, recovers: false, closed: resolved };
  },
  'the host name does not exist (DNS)': () =>
    // A label of 64 letters is too long for a host: the resolver fails without sending a packet.
    Promise.resolve({
      config: { baseUrl: `http://${'x'.repeat(64)}.localhost:49999` },
      ...{ recovers: false, closed: resolved },
    }),
  'the TLS handshake stalls': async () => {
    const server = await rawServer(() => undefined, { greeting: true });
    const baseUrl = `https://127.0.0.1:${server.port}`;
    return {
      config: { baseUrl, connectTimeout: 50 },
      ...{ recovers: false, closed: () => server.disconnected() },
    };
  },
  'the certificate is for another name': async () => {
    const { port, closed } = await tlsServer();
    const dispatcher = loopbackDispatcher({ ca: certificate().cert, rejectUnauthorized: true });
    return {
      config: { baseUrl: `https://other.example:${port}`, dispatcher },
      recovers: false,
      closed: async () => {
        await dispatcher.destroy();
        await closed();
      },
    };
  },
  'the certificate is self-signed': async () => {
    const { port, closed } = await tlsServer();
    return { config: { baseUrl: `https://127.0.0.1:${port}` }, recovers: false, closed };
  },
  'the connection is closed before the headers': answering((socket) => socket.end()),
  'the connection is reset before the headers': answering((socket) => socket.resetAndDestroy()),
  'the headers never arrive': answering(() => undefined, { connectTimeout: 100 }),
  'the headers arrive byte by byte, too late': answering(
    (socket) => trickle(socket, Buffer.from(`${HEAD}X: ${'x'.repeat(100_000)}`)),
    { connectTimeout: 100 },
  ),
  'the headers arrive byte by byte, in time': answering((socket) =>
    trickle(socket, Buffer.from(CHUNKED), () => socket.write(chunk(`:)\n${event('well')}`))),
  ),
  'the server does not speak HTTP': answering((socket) => socket.write('220 mail ready\r\n')),
  'a header of 20 KB': answer(() => `${HEAD}X: ${'x'.repeat(20_000)}\r\n`),
  'informational responses (102, 103), then the stream': answering((socket, _r, status) => {
    socket.write(`HTTP/1.1 ${status} Wait\r\n\r\n`);
    healthy(socket);
  }),
  'informational responses and nothing more': answering(
    (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)),
    { connectTimeout: 100 },
  ),
  'an unexpected response (100, 101)': answering((socket, _request, status) =>
    socket.write(`HTTP/1.1 ${status} Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`),
  ),
  'a 200 with HTML': answer(() => 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n', '<html>'),
  'a 200 that is compressed (gzip)': answering((socket) => {
    socket.write(`${HEAD}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`);
    socket.write(chunk(gzipSync(`:)\n${event('1')}`)));
  }),
  'another 2xx (201, 202, 203, 204, 205, 206)': answering((socket, _request, status) => {
    // A 204 has no body, and no content length.
    const length = status === 204 ? '' : 'Content-Length: 0\r\n';
    socket.write(`HTTP/1.1 ${status} Fine\r\nContent-Type: text/event-stream\r\n${length}\r\n`);
  }),
  'a 3xx without a location (300, 301, 302, 303, 304, 307, 308)': answering(
    (socket, _request, status) => {
      const length = status === 304 ? '' : 'Content-Length: 0\r\n';
      socket.write(`HTTP/1.1 ${status} Elsewhere\r\n${length}\r\n`);
    },
  ),
  'a redirect within the origin (301, 302, 303, 307, 308)': answering((socket, _r, status) => {
    redirected(socket, '/elsewhere', status);
  }),
  'a redirect from `baseUrl`’s server to https elsewhere': () =>
    named(async () => {
      const stream = await host('stream.example', (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`:)\n${event('well')}`);
      });
      return { baseUrl: (await host('instance.example', redirectTo(stream.url))).url };
    }),
  'a redirect from another server to a third one': () =>
    named(async () => {
      const third = await host('third.example', openStream);
      const { url: streamingUrl } = await host('stream.example', redirectTo(third.url));
      return { streamingUrl, baseUrl: (await host('instance.example', openStream)).url };
    }),
  'a redirect to plain http': () =>
    named(async () => {
      const plain = await host('instance.example', openStream, { secure: false });
      return { baseUrl: (await host('instance.example', redirectTo(plain.url))).url };
    }),
  'a loop of redirects': async () => {
    const server = await rawServer((socket) => redirected(socket, '/round', 307));
    const { url: baseUrl } = server;
    return { config: { baseUrl }, recovers: false, closed: () => server.disconnected() };
  },
  'another 4xx (400, 402, 403, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431, 451)':
    refusal(),
  'a 401': refusal(),
  'a 404': refusal(),
  'a 408 or a 425': refusal(),
  'a 429': refusal(),
  'a 429 with `Retry-After`, which `reconnect` obeys': refusal('Retry-After: 0.3\r\n'),
  'a 5xx (500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511)': refusal(),
  'a clean end': striking((socket) => socket.write('0\r\n\r\n')),
  'the connection is closed (FIN) without an end': striking((socket) => socket.end()),
  'the connection is reset (RST)': striking((socket) => socket.resetAndDestroy()),
  'silence: no event, no heartbeat, no byte': striking(() => undefined, { timeout: 150 }),
  'one byte a second': striking((socket, stage) => {
    const rest = Buffer.from(
      `${stage === 'inside an event' ? 'ta: 2\n\n' : event('2')}${event('well')}`,
    );
    const framed = Buffer.concat([...rest].map((byte) => chunk(Uint8Array.of(byte))));
    trickle(socket, framed);
  }),
  'bytes that are not UTF-8': striking((socket) =>
    socket.write(chunk(Buffer.from('\ndata: \xff\n\n', 'latin1'))),
  ),
  'an event without an end': striking(
    (socket) => socket.write(chunk(`\ndata: ${'x'.repeat(200)}`)),
    { maxEventLength: 150 },
  ),
  'malformed chunk framing': striking((socket) => socket.write('zz\r\n')),
};

/** The complete events before an outcome, by stage. */
const SEEN: Record<Stage, readonly unknown[]> = {
  connecting: [],
  'before the first event': ['connected', 'heartbeat'],
  'between events': ['connected', 'heartbeat', '1'],
  'inside an event': ['connected', 'heartbeat', '1'],
};

const brief = ({ type, payload }: StreamEvent): unknown => (type === 'delete' ? payload : type);

const isWell = (each: StreamEvent): boolean => each.type === 'delete' && each.payload === 'well';

const cases = Object.entries<Fault>(FAULTS).flatMap(([name, fault]) => {
  const stages: readonly Stage[] = fault.stages ?? ['connecting'];
  const statuses = statusesOf(name);
  return stages.flatMap((stage) =>
    (statuses.length === 0 ? [0] : statuses).map((status) => ({
      ...{ name: name as FaultName, ...fault, stage, status },
      title: status === 0 ? name : `${name.replace(/[\d, ]{6,}/, '')} ${status}`,
    })),
  );
});

describe.each([false, true])('with reconnect: %s', (reconnects) => {
  it.each(cases)('$title, $stage', { timeout: 30_000 }, async (row) => {
    const { name, stage, status, outcome } = row;
    const { config, strike, recovers, closed } = await SET_UPS[name](stage, status);
    const before = resources();
    const timelines = createTimelines({
      streamingUrl: config.baseUrl,
      reconnect: reconnects && { delay: 20, factor: 1, jitter: false },
      ...config,
    });
    const started = performance.now();
    const recording = record(timelines.public());
    const seen = SEEN[stage];
    await recording.until(seen.length).catch(() => undefined);
    strike?.();

    if ('goesOn' in outcome) {
      await recording.until(isWell);
      expect(recording.values.map(brief)).not.toContain('disconnected');
      expect(recording.values[0]).toMatchObject({ type: 'connected', payload: { attempt: 0 } });
    } else {
      const isRetried = reconnects && outcome.retryable;
      if (isRetried) await recording.until(({ type }) => type === 'disconnected');
      const error = isRetried
        ? (recording.values[seen.length] as { payload: { error?: Error } }).payload.error
        : await recording.ended;
      const took = performance.now() - started;

      expect(error).toMatchObject({ name: outcome.error, retryable: outcome.retryable });
      expect(String(error)).toContain(outcome.says);
      if (status !== 0 && outcome.error !== 'MastodonNetworkError')
        expect(error).toMatchObject({ status });
      const { timeout, connectTimeout } = config;
      if (row.when === '`timeout`') expect(took).toBeGreaterThanOrEqual(timeout! - 1);
      if (row.when === '`connectTimeout`') expect(took).toBeGreaterThanOrEqual(connectTimeout! - 1);

      const complete = recording.values.slice(0, seen.length).map(brief);
      expect(complete).toEqual(seen);
      if (isRetried) {
        const { retryIn } = recording.values[seen.length]!.payload as { retryIn: number };
        expect(retryIn).toBe(name.includes('Retry-After') ? 300 : 20);
        if (recovers) {
          await recording.until(isWell);
          expect(recording.values.slice(seen.length).map(brief)).toEqual([
            'disconnected',
            'connected',
            'heartbeat',
            'well',
          ]);
        } else {
          await recording.until(seen.length + 2);
          expect(recording.values.map(brief).slice(0, 2)).toEqual(['disconnected', 'disconnected']);
        }
      } else expect(recording.values).toHaveLength(seen.length);
    }

    recording.unsubscribe();
    await closed();
    await nothingLeft(before);
  });
});

describe('one byte a second', () => {
  it('prevents the read timeout, and the event is emitted with its last byte', () => {
    marbles(({ expectObservable }) => {
      const slow$ = from([...bytes('data: ☃\n\n')]).pipe(
        concatMap((byte) => of(Uint8Array.of(byte)).pipe(delay(1_000))),
      );
      const events$ = slow$.pipe(silenceOf(1_500), sse());
      const frame = { type: 'frame', event: undefined, data: '☃', id: undefined };
      expectObservable(events$).toBe('11s (f|)', { f: frame });
    });
  });
});

describe('docs/faults.md', () => {
  it('has the current table (npm run generate)', async () => {
    const page = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
    expect(page).toBe(await faultsPage());
    for (const name of Object.keys(FAULTS)) expect(page).toContain(name);
  });
});
