/** Servers with names of their own, all on loopback: a client's decisions depend on the names. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { certificate } from './tls.ts';

/** A server, and what it has received. */
export interface Host {
  /** `https://instance.example:12345` */
  readonly url: string;
  /** The same for a WebSocket. */
  readonly webSocketUrl: string;
  /** The number of connections, with or without a request. */
  readonly connections: number;
  /** The requests, WebSocket handshakes included: the path and the header that can contain the token. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

/** Starts a server with the host name `name`; it is closed with its sockets when the test ends. */
export async function host(
  name: string,
  answer: RequestListener,
  { secure = true }: { secure?: boolean } = {},
): Promise<Host> {
  const requests: Host['requests'] = [];
  let connections = 0;
  const server = secure ? createTlsServer(certificate()) : createServer();
  server.on('connection', () => connections++);
  server.on('request', (request, response) => {
    const { authorization } = request.headers;
    requests.push({ path: request.url ?? '', authorization });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url: `http${secure ? 's' : ''}://${name}:${port}`,
    webSocketUrl: `ws${secure ? 's' : ''}://${name}:${port}`,
    get connections() {
      return connections;
    },
  };
}

/** Resolves every name to loopback, and accepts every certificate unless `connect` says otherwise. */
export function loopbackDispatcher(connect: object = {}): Agent {
  const dispatcher = new Agent({
    connect: {
      rejectUnauthorized: false,
      lookup: (_name, _options, callback) => {
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
      ...connect,
    },
  });
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

/** Responds with a stream that stays open and silent. */
export const openStream: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(':)\n');
};

/** Responds to requests for the instance document with a streaming URL, and to others with a stream. */
export const instance =
  (streaming: string | undefined, otherwise: RequestListener = openStream): RequestListener =>
  (request, response) => {
    if (request.url === '/api/v2/instance') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ configuration: { urls: { streaming } } }));
    } else if (request.url === '/api/v1/instance') {
      response.writeHead(404).end();
    } else {
      otherwise(request, response);
    }
  };

/** Redirects every request, with its path. */
export const redirectTo =
  (url: string, status = 307): RequestListener =>
  (request, response) => {
    response.writeHead(status, { location: url + (request.url ?? '') }).end();
  };
