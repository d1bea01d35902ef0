/** Abilities of undici that fetch lacks: own sockets, proxies, custom dispatchers. */
import { createTimelines, ofType } from 'mastodon-rx';
import { mergeMap, tap } from 'rxjs';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { http } from '#http';
import { fake, timelinesOf } from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';
import { tunnelProxy } from '../helpers/tunnelProxy.ts';
import { tlsServer } from '../helpers/tls.ts';

const timelinesAt = (url: string) => createTimelines({ baseUrl: url, streamingUrl: url });

describe('http over undici', () => {
  it('closes a socket that stalls in its TLS handshake at once on unsubscription', async () => {
    const server = await rawServer(() => undefined, { greeting: true });
    const recording = record(timelinesAt(`https://127.0.0.1:${server.port}`).public());
    await server.connected();
    recording.unsubscribe();
    await server.disconnected();
    expect(recording.values).toEqual([]);
  });

  it('closes the socket of an error response at once', async () => {
    const server = await fake();
    server.failNext(400);
    await record(timelinesOf(server).public()).ended;
    await server.waitForClosedSockets();
  });

  it('emits synchronously when the bytes arrive', async () => {
    const server = await fake();
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Infinity;
    onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
    const stacks: (string | undefined)[] = [];
    const recording = record(
      timelinesOf(server)
        .public()
        .pipe(
          ofType('delete'),
          tap(() => stacks.push(new Error().stack)),
        ),
    );
    await server.waitForConnections();
    server.write('event: delete\ndata: 1\n\nevent: delete\ndata: 2\n\n');
    await recording.until(2);
    // Both are emitted within undici's own call, without a promise between.
    expect(stacks).toEqual([
      expect.stringContaining('onResponseData'),
      expect.stringContaining('onResponseData'),
    ]);
  });

  it('requests an uncompressed body', async () => {
    const server = await fake();
    await record(timelinesOf(server).public()).until(1);
    expect(server.requests[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('skips informational responses', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:)\n');
    });
    const response$ = http({ url: new URL(server.url), headers: {} });
    const body = record(response$.pipe(mergeMap((response) => response.body)));
    expect(await body.until(1)).toHaveLength(1);
    const recording = record(response$);
    await recording.until(1);
    expect(recording.values.map(({ status }) => status)).toEqual([200]);
  });
});

describe('a redirect', () => {
  it('from https to plain http is not followed, not even to localhost', async () => {
    const plain = await fake();
    const { url } = await tlsServer((_request, response) =>
      response.writeHead(302, { location: plain.url }).end(),
    );
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    onTestFinished(() => dispatcher.destroy());
    const timelines = createTimelines({ baseUrl: url, streamingUrl: url, dispatcher });

    const error = await record(timelines.public()).ended;
    expect(error).toMatchObject({ name: 'MastodonApiError', status: 302, retryable: false });
    expect(String(error)).toContain('can be read on the way');
    expect(plain.requests).toEqual([]);
  });
});

describe('dispatcher', () => {
  it('carries the requests, and unsubscribing aborts them', async () => {
    const server = await fake();
    let dispatched = 0;
    const agent = new Agent({ keepAliveTimeout: 1 });
    onTestFinished(() => agent.destroy());
    const dispatcher = agent.compose((dispatch) => (options, handler) => {
      dispatched++;
      return dispatch(options, handler);
    });
    const recording = record(timelinesOf(server, { dispatcher }).public());
    await recording.until(2);
    expect(dispatched).toBe(1);
    recording.unsubscribe();
    await server.waitForDisconnections();
  });

  it('that queues requests does not send one after its unsubscribe', async () => {
    const server = await fake();
    const agent = new Agent({ connections: 1, pipelining: 1 });
    onTestFinished(() => agent.destroy());
    const timelines = timelinesOf(server, { dispatcher: agent });
    const first = record(timelines.public());
    await first.until(2);
    const waiting = record(timelines.hashtag('rxjs'));
    waiting.unsubscribe();
    const third = record(timelines.list('42'));
    first.unsubscribe();
    await third.until(1);
    expect(server.connections.map(({ stream }) => stream)).toEqual([['list', '42']]);
  });

  it('of another undici version causes an illegal argument error', async () => {
    const server = await fake();
    const dispatcher = {
      dispatch: () => {
        throw new TypeError('invalid onError method');
      },
    };
    const error = await record(timelinesOf(server, { dispatcher, reconnect: true }).public()).ended;
    expect(error).toMatchObject({ name: 'MastodonIllegalArgumentError', retryable: false });
  });

  it('env uses the proxy of the environment', async () => {
    const server = await fake();
    const tunnels = await tunnelProxy();
    const recording = record(timelinesOf(server, { dispatcher: 'env' }).public());
    await recording.until(2);
    expect(tunnels).toEqual([new URL(server.url).host]);
    recording.unsubscribe();
    await server.waitForDisconnections();
  });
});
