/** Real proxies on loopback: tinyproxy on the client's side, nginx on the server's. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTimelines, type TimelinesConfig } from 'mastodon-rx';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { host, openStream } from '../helpers/hosts.ts';
import { folder, freePort, programOf, started } from '../helpers/programs.ts';
import { record } from '../helpers/record.ts';
import { shown } from '../helpers/shown.ts';
import { streamProcess, type StreamProcess } from '../helpers/streamProcess.ts';

const tinyproxy = programOf('tinyproxy');
const nginx = programOf('nginx');
for (const [name, program] of Object.entries({ tinyproxy, nginx })) {
  if (program === undefined) console.log(`${name} is not installed: its specs are skipped`);
}

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/loopback.${name}.pem`, import.meta.url));

const token = 'aTokenForTheServerAlone';

/** The events of a process of its own, through the proxy of its environment. */
const streamed = (config: TimelinesConfig, env: Record<string, string>): StreamProcess =>
  streamProcess(config, { NODE_EXTRA_CA_CERTS: fixture('cert'), ...env });

describe.skipIf(tinyproxy === undefined)('through tinyproxy', { timeout: 60_000 }, () => {
  /** Starts the proxy; `extra` are lines of its configuration. */
  async function proxy(extra = '') {
    const at = folder();
    const port = await freePort();
    const log = join(at, 'log');
    const lines = ['Listen 127.0.0.1', `Port ${port}`, 'Allow 127.0.0.1', 'Timeout 60', extra];
    writeFileSync(join(at, 'conf'), `${lines.join('\n')}\nLogFile "${log}"\nLogLevel Connect\n`);
    await started(tinyproxy!, ['-d', '-c', join(at, 'conf')], port);
    return {
      url: `http://127.0.0.1:${port}`,
      /** The hosts of the CONNECT requests. */
      tunnels: () =>
        [...readFileSync(log, 'utf8').matchAll(/CONNECT (\S+) HTTP/g)].map(([, target]) => target),
    };
  }

  const configOf = (url: string): TimelinesConfig => ({
    ...{ baseUrl: url, streamingUrl: url, accessToken: token, dispatcher: 'env' },
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'a stream over TLS uses the proxy of %s',
    async (name) => {
      const { url, tunnels } = await proxy();
      const server = await host('localhost', openStream);
      const stream = streamed(configOf(server.url), { [name]: url });
      expect(await stream.next()).toEqual(['connected', { attempt: 0 }]);
      expect(await stream.next()).toEqual(['heartbeat', { comment: ')' }]);
      expect(tunnels()).toEqual([new URL(server.url).host]);
      expect(server.requests).toEqual([
        { path: '/api/v1/streaming/public', authorization: `Bearer ${token}` },
      ]);
    },
  );

  it.each(['sse', 'websocket'] as const)(
    'events arrive as they are sent, over %s',
    async (transport) => {
      const { url, tunnels } = await proxy();
      const server = await fake({ token });
      const config = { ...configOf(server.url), transport };
      const stream = streamed(config, { HTTP_PROXY: url });
      expect(await stream.next()).toEqual(['connected', { attempt: 0 }]);
      if (transport === 'sse') await stream.next();
      await server.waitForConnections();
      for (const payload of ['1', '2']) {
        server.publish('public', { event: 'delete', payload });
        expect(await stream.next()).toEqual(['delete', payload]);
      }
      expect(tunnels()).toEqual([new URL(server.url).host]);
    },
  );

  it('a host in NO_PROXY is connected to directly', async () => {
    const { url, tunnels } = await proxy();
    const server = await host('localhost', openStream);
    const stream = streamed(configOf(server.url), { HTTPS_PROXY: url, NO_PROXY: 'localhost' });
    expect(await stream.next()).toEqual(['connected', { attempt: 0 }]);
    expect(tunnels()).toEqual([]);
  });

  it.each([
    ['that refuses the port', 'ConnectPort 1', 'me:myPassword@', 403, 'refuses to connect'],
    ['that requires credentials', 'BasicAuth somebody else', '', 407, 'requires other credentials'],
    // tinyproxy's equivalent of a 407.
    [
      'that requires other credentials',
      'BasicAuth me other',
      'me:myPassword@',
      401,
      'requires other credentials',
    ],
  ])(
    'a proxy %s is named in the error, without its password',
    async (_what, config, credentials, status, why) => {
      const { url } = await proxy(config);
      const server = await host('localhost', openStream);
      const { host: target } = new URL(server.url);
      const HTTPS_PROXY = url.replace('//', `//${credentials}`);
      for (const transport of ['sse', 'websocket'] as const) {
        const stream = streamed({ ...configOf(server.url), transport }, { HTTPS_PROXY });
        const [type, error] = await stream.next();
        expect(type).toBe('error');
        expect(error).toMatchObject({
          ...{ name: 'MastodonApiError', retryable: false, status },
          message: `The proxy ${new URL(url).host} ${why} (${status}); the request was for ${target}`,
        });
        expect(shown(error)).not.toMatch(/myPassword|aTokenFor/);
      }
      expect(server.connections).toBe(0);
    },
  );

  it('a proxy that closes without a response, like one for SOCKS, is a network error that names it', async () => {
    const silent = createServer((socket) => socket.once('data', () => socket.end()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const HTTPS_PROXY = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const [type, error] = await streamed(configOf('https://localhost:1'), { HTTPS_PROXY }).next();
    expect(type).toBe('error');
    expect(error).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
    const { message } = error as { message: string };
    expect(message).toContain(`localhost:1 through the proxy ${new URL(HTTPS_PROXY).host}`);
  });

  it('a proxy that does not exist is a network error', async () => {
    const HTTPS_PROXY = `http://127.0.0.1:${await freePort()}`;
    const [type, error] = await streamed(configOf('https://localhost:1'), { HTTPS_PROXY }).next();
    expect(type).toBe('error');
    expect(error).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
  });
});

/** The configuration in the page. */
const [recipe = '', map = ''] = [
  ...readFileSync(new URL('../../docs/behind-proxies.md', import.meta.url), 'utf8').matchAll(
    /```nginx\n(.*?)```/gs,
  ),
].map(([, text]) => text);

describe.skipIf(nginx === undefined)('behind nginx', { timeout: 60_000 }, () => {
  /** Starts nginx before a server; `location` is its configuration for requests. */
  async function before(upstream: string, location: string, listen = '') {
    const at = folder();
    const port = await freePort();
    const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${at}/${name};`,
    );
    const log = join(at, 'access');
    const conf = `
      daemon off; master_process off; pid ${at}/pid; error_log ${at}/error;
      events {}
      http {
        ${temps.join('\n')}
        log_format spec '$server_protocol $request_uri $status';
        access_log ${log} spec;
        gzip on; gzip_types text/event-stream;
        ${map}
        server {
          listen 127.0.0.1:${port} ${listen};
          ssl_certificate ${fixture('cert')}; ssl_certificate_key ${fixture('key')};
          ${location.replace('http://127.0.0.1:4000', upstream)}
        }
      }`;
    writeFileSync(join(at, 'conf'), conf);
    await started(nginx!, ['-p', at, '-c', join(at, 'conf')], port);
    return {
      url: `http${listen === '' ? '' : 's'}://127.0.0.1:${port}`,
      /** Its log, when it has that many lines: one for each finished request. */
      logged: async (count: number): Promise<string[]> => {
        for (;;) {
          const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
          if (lines.length >= count) return lines;
          await turn();
        }
      },
    };
  }

  const BUFFERING = 'location / { proxy_pass http://127.0.0.1:4000; }';

  const streamAt = (url: string, config: Partial<TimelinesConfig> = {}) =>
    record(
      createTimelines({ baseUrl: url, streamingUrl: url, accessToken: token, ...config }).public(),
    );

  it('that buffers, like by default, no event arrives, and a warning gives the reason', async () => {
    const server = await fake({ token });
    const { url } = await before(server.url, BUFFERING);
    const stream = streamAt(url);
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await stream.until(1);
    // nginx buffers even the headers.
    expect(stream.values).toMatchObject([
      {
        type: 'warning',
        payload: {
          code: 'response-buffered',
          message: expect.stringContaining('proxy_buffering off') as string,
        },
      },
    ]);
    stream.unsubscribe();
    await server.waitForDisconnections();
  });

  it.each(['sse', 'websocket'] as const)(
    'with the documented configuration, events arrive as they are sent, over %s',
    async (transport) => {
      const server = await fake({ token });
      const { url } = await before(server.url, recipe);
      const stream = streamAt(url, { transport, closeDelay: 1 });
      await stream.until(({ type }) => type === (transport === 'sse' ? 'heartbeat' : 'connected'));
      await server.waitForConnections();
      for (const payload of ['1', '2']) {
        server.publish('public', { event: 'delete', payload });
        await stream.until((event) => event.type === 'delete' && event.payload === payload);
      }
      expect(stream.values.map(({ type }) => type)).not.toContain('warning');
      stream.unsubscribe();
      await server.waitForDisconnections();
    },
  );

  it('over HTTP/2, streams share a connection, and each ends separately', async () => {
    const server = await fake({ token });
    const { url, logged } = await before(server.url, recipe, 'ssl http2');
    const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
    onTestFinished(() => dispatcher.destroy());
    const streams = [1, 2].map(() => streamAt(url, { dispatcher }));
    const [first, second] = [streams[0]!, streams[1]!];
    await Promise.all(streams.map((each) => each.until(({ type }) => type === 'heartbeat')));
    await server.waitForConnections(2);
    server.publish('public', { event: 'delete', payload: '1' });
    await Promise.all(streams.map((each) => each.until(({ type }) => type === 'delete')));

    first.unsubscribe();
    expect(await logged(1)).toEqual(['HTTP/2.0 /api/v1/streaming/public 200']);
    server.publish('public', { event: 'delete', payload: '2' });
    await second.until(({ payload }) => payload === '2');
    expect(first.values.map(({ payload }) => payload)).not.toContain('2');
    second.unsubscribe();
    await logged(2);
    await server.waitForDisconnections();
  });

  it('that restarts, the stream reconnects', async () => {
    const server = await fake({ token });
    const { url } = await before(server.url, recipe);
    const stream = streamAt(url);
    await stream.until(({ type }) => type === 'heartbeat');
    server.drop();
    expect(await stream.ended).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
    await server.stop();
    expect(await streamAt(url).ended).toMatchObject({ name: 'MastodonServerError', status: 502 });
  });
});
