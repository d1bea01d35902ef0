/** `node:https` for specs whose server is called by a page: it responds to CORS preflights by itself. */
import { createServer as createPlainServer, type Server, type ServerOptions } from 'node:https';
import type { RequestListener } from 'node:http';

export function createServer(options: ServerOptions, onRequest?: RequestListener): Server {
  return createPlainServer(options, (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*, authorization');
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else onRequest?.(request, response);
  });
}
