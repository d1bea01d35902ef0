/** Sends responses like Express and the `cors` package: with the same headers in the same order. */
import { bytesOf } from './bytes.ts';
import { type Refusal } from './errors.ts';
import type { Exchange, FakeHeaders } from './exchange.ts';
import { type Traits } from './version.ts';

export function setCommonHeaders({ response }: Exchange): void {
  response.setHeader('X-Powered-By', 'Express');
  response.setHeader('X-Request-Id', response.requestId);
  response.setHeader('Access-Control-Allow-Origin', '*');
}

/** Responds like the streaming server: chunked, although the length is known. */
export function respond(
  exchange: Exchange,
  status: number,
  headers: FakeHeaders,
  body: string | Uint8Array,
): void {
  setCommonHeaders(exchange);
  exchange.response.send(status, headers, body);
}

export function respondError(exchange: Exchange, { status, error }: Refusal): void {
  respond(exchange, status, { 'Content-Type': 'application/json' }, JSON.stringify({ error }));
}

export function respondPreflight(exchange: Exchange, { cors }: Traits): void {
  const { request, response } = exchange;
  setCommonHeaders(exchange);
  if (cors === 'old') {
    response.setHeader('Access-Control-Allow-Methods', 'GET, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Accept, Cache-Control');
  } else {
    response.setHeader('Access-Control-Allow-Methods', 'GET,HEAD,PUT,PATCH,POST,DELETE');
    response.setHeader('Vary', 'Access-Control-Request-Headers');
    const asked = request.headers['access-control-request-headers'];
    if (asked !== undefined) response.setHeader('Access-Control-Allow-Headers', asked);
  }
  response.setHeader('Content-Length', '0');
  response.send(204, {});
}

/** Responds with Express's page for a method that a path does not have. */
export function respondCannot(exchange: Exchange): void {
  const { request, response, path } = exchange;
  const what = `Cannot ${request.method} ${path}`;
  const escaped = what.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const head = '<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>';
  const page = `<!DOCTYPE html>\n<html lang="en">\n${head}\n<body>\n<pre>${escaped}</pre>\n</body>\n</html>\n`;
  setCommonHeaders(exchange);
  const headers = {
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': bytesOf(page).length,
  };
  response.send(404, headers, page);
}

/** Responds like the REST API. */
export function respondJson(
  { response }: Exchange,
  status: number,
  body: unknown,
  headers: FakeHeaders = {},
): void {
  const json = JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader('Content-Length', bytesOf(json).length);
  response.send(status, headers, json);
}
