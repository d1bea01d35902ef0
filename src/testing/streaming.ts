/** Responds to requests below `/api/v1/streaming`, with the real server's checks in their order. */
import { streamNameOf } from './channels.ts';
import { refusalsOf, wordsOf, type Refusal } from './errors.ts';
import { type Faults, type NextResponse, type Timers } from './faults.ts';
import { type Flavour } from './flavour.ts';
import type { Exchange, Query, RequestHead } from './exchange.ts';
import { respond, respondCannot, respondError, respondJson, respondPreflight } from './http.ts';
import { type Lists } from './lists.ts';
import { STATUS_TEXTS } from './statusTexts.ts';
import { type Streams } from './streams.ts';
import { hasScope, type Grant, type Tokens } from './tokens.ts';
import { type Traits } from './version.ts';

const PREFIX = '/api/v1/streaming';

export interface StreamingConfig {
  readonly traits: Traits;
  readonly flavour: Flavour;
  readonly preamble: boolean;
  /** In ms. */
  readonly heartbeatInterval: number;
  /** Streams of a fork: path below `/api/v1/streaming/` → name. */
  readonly extraStreams: ReadonlyMap<string, string>;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly timers: Timers;
}

export function handleStreaming(config: StreamingConfig, exchange: Exchange): void {
  const { traits, flavour, faults, timers } = config;
  const { request, response, path } = exchange;

  if (request.method === 'OPTIONS') {
    respondPreflight(exchange, traits);
  } else if (faults.redirect) {
    redirect(exchange, faults.redirect);
  } else if (!flavour.hasSse) {
    respondJson(exchange, 404, { error: 'Not Found' });
  } else if (isHealth(exchange)) {
    respondHealth(exchange, faults.health);
  } else {
    const next = path.startsWith(PREFIX) ? faults.nextStreams.shift() : undefined;
    timers.after(faults.headerDelay, () => {
      if (response.isClosed) return;
      if (next) sendNextResponse(exchange, next);
      else startStream(config, exchange);
    });
  }
}

type StreamName = readonly [name: string, parameter?: string];

function startStream(config: StreamingConfig, exchange: Exchange): void {
  const { streams, traits, preamble, heartbeatInterval } = config;
  const { method } = exchange.request;

  const authorized = authorize(config, exchange);
  if ('error' in authorized) {
    respondError(exchange, authorized);
    return;
  }
  // The real server writes a body, which HEAD does not allow, so its headers are never sent.
  if (method === 'HEAD') return;
  if (method !== 'GET') {
    respondCannot(exchange);
    return;
  }
  const { grant, name } = authorized;
  const stream = streamOf(config, exchange, grant, name);
  if ('error' in stream) {
    respondError(exchange, stream);
    return;
  }
  streams.start({ exchange, stream, grant, traits, preamble, heartbeatInterval });
}

function authorize(
  { traits, tokens, extraStreams }: StreamingConfig,
  exchange: Exchange,
): Refusal | { readonly grant: Grant; readonly name: string } {
  const { path, query } = exchange;
  const refusals = refusalsOf(traits);

  const below = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length + 1) : '';
  const name = streamNameOf(below, query, extraStreams);
  if (name === undefined) return refusals.unknownChannel;

  const token = tokenOf(exchange);
  if (token === undefined) return refusals.missingToken;
  const grant = tokens.find(token);
  if (!grant) return refusals.invalidToken;

  const narrow = name === 'user:notification' ? 'read:notifications' : 'read:statuses';
  return hasScope(grant, 'read', narrow) ? { grant, name } : refusals.missingScope;
}

function streamOf(
  { traits, lists }: StreamingConfig,
  { query: { tag, list } }: Exchange,
  grant: Grant,
  name: string,
): Refusal | StreamName {
  const refusals = refusalsOf(traits);
  switch (name) {
    case 'hashtag':
    case 'hashtag:local':
      if (tag === undefined || tag === '') return refusals.missingTag;
      return typeof tag === 'string' ? [name, tag] : refusals.unexpected;
    case 'list':
      if (list === undefined || list === '') return refusals.missingList;
      return typeof list === 'string' && lists.find(list, grant.account)
        ? [name, list]
        : refusals.foreignList;
    default:
      return [name];
  }
}

/**
 * Returns the token of a request: of the header, otherwise of the query, otherwise of the subprotocol, which SSE
 * accepts, too.
 */
export function tokenOf({
  request,
  query,
}: {
  readonly request: RequestHead;
  readonly query: Query;
}): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined && authorization !== '') {
    return authorization.replace(/^Bearer /, '');
  }
  const asked = query['access_token'];
  // Two tokens together are not a valid one.
  if (Array.isArray(asked)) return '';
  if (asked !== undefined && asked !== '') return asked;
  return request.headers['sec-websocket-protocol'];
}

/**
 * Tells whether a request is for the health endpoint. Express's routes ignore case and a trailing slash; the paths
 * of streams do not.
 */
function isHealth({ request, path }: Exchange): boolean {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  return reads && path.toLowerCase().replace(/\/$/, '') === `${PREFIX}/health`;
}

function respondHealth(exchange: Exchange, health: Faults['health']): void {
  if (health === 'stall') return;
  respond(
    exchange,
    health ? 200 : 503,
    { 'Content-Type': 'text/plain', 'Cache-Control': 'private, no-store' },
    health ? 'OK' : 'Service Unavailable',
  );
}

function sendNextResponse(exchange: Exchange, next: NextResponse): void {
  if ('raw' in next) {
    exchange.response.sendRaw(next.raw, next.end);
    return;
  }
  const { status, headers, body = { error: wordsOf(status) } } = next;
  const isText = typeof body === 'string';
  const type = isText ? 'text/html; charset=utf-8' : 'application/json';
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const all = isTyped ? headers : { 'Content-Type': type, ...headers };
  respond(exchange, status, all, isText ? body : JSON.stringify(body));
}

/**
 * Returns the target of a redirect: an origin gets the request's own path appended, like by Mastodon's REST host;
 * any other location stays as it is.
 */
export function targetOf(location: string, requested: string): string {
  const isOrigin = /^https?:\/\/[^/]+\/?$/.test(location);
  return isOrigin ? location.replace(/\/$/, '') + requested : location;
}

function redirect(exchange: Exchange, { location, status }: NonNullable<Faults['redirect']>): void {
  const target = targetOf(location, exchange.request.url);
  const headers = { Location: target, 'Content-Type': 'text/html; charset=utf-8' };
  respond(exchange, status, headers, `<html><body>${STATUS_TEXTS.get(status) ?? ''}</body></html>`);
}
