/** Servers with names of their own, all of them on loopback: whom a client talks to is decided by names. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { certificate } from './tls.ts';

/** A server, and what it got to know. */
export interface Host {
  /** `https://instance.example:12345` */
  readonly url: string;
  /** The same for a WebSocket. */
  readonly webSocketUrl: string;
  /** How many connections were made, whatever was sent over them. */
  readonly connections: number;
  /** The requests, handshakes of WebSockets included: path, and what could hold the token. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

/** Starts a server that is called `name`; it is closed, sockets and all, when the test ends. */
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

/** Takes every name to loopback, and believes every certificate unless it is told otherwise. */
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

/** A stream that is open and says nothing more. */
export const openStream: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(':)\n');
};

/** What an instance says: where its streams are; anything but the document is a stream. */
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

/** Sends every request elsewhere, path and all. */
export const redirectTo =
  (url: string, status = 307): RequestListener =>
  (request, response) => {
    response.writeHead(status, { location: url + (request.url ?? '') }).end();
  };
