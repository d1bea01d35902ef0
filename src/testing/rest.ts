/** Serves the REST API of the fake: the instance documents, collections, and what bots write. */
import { authorize } from './authorize.ts';
import { respondCollection, type CollectionConfig } from './collections.ts';
import { fakeAccount } from './entities.ts';
import { wordsOf } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Faults, Timers } from './faults.ts';
import { respondJson } from './http.ts';
import { respondInstance, instanceV1, instanceV2, type FakeInstanceResponse } from './instance.ts';
import { respondWrite } from './writes.ts';

export interface RestConfig extends CollectionConfig {
  readonly instanceResponses: {
    readonly v1: FakeInstanceResponse;
    readonly v2: FakeInstanceResponse;
  };
  readonly faults: Faults;
  readonly timers: Timers;
}

/** Responds to a request of the REST API. Returns false if the path is not part of it. */
export function handleRest(config: RestConfig, exchange: Exchange): boolean {
  const { request, response, path } = exchange;
  if (!/^\/api\/v\d+\/(?!streaming)[a-z_]/.test(path)) return false;

  setRestHeaders(exchange);
  const { instance, instanceResponses, faults, timers } = config;
  if (request.method === 'OPTIONS') {
    respondPreflight(exchange);
  } else if (path === '/api/v2/instance') {
    respondInstance(exchange, instanceV2(instance), instanceResponses.v2);
  } else if (path === '/api/v1/instance') {
    respondInstance(exchange, instanceV1(instance), instanceResponses.v1);
  } else {
    const refusal = faults.nextRest.shift();
    timers.after(faults.restDelay, () => {
      if (response.isClosed) return;
      if (refusal) respondRefusal(exchange, refusal);
      else if (path === VERIFY_CREDENTIALS) respondAccount(config, exchange);
      else if (request.method === 'POST') respondWrite(config, exchange);
      else respondCollection(config, exchange);
    });
  }
  return true;
}

function respondRefusal(exchange: Exchange, refusal: Faults['nextRest'][number]): void {
  const { status, headers, body = { error: wordsOf(status) } } = refusal;
  respondJson(exchange, status, body, headers);
}

const VERIFY_CREDENTIALS = '/api/v1/accounts/verify_credentials';

/** Responds with the account of the token. */
function respondAccount(config: RestConfig, exchange: Exchange): void {
  const scopes = ['profile', 'read', 'read:accounts'];
  const grant = authorize(config, exchange, { scopes });
  if (grant === 'refused' || grant === undefined) return;
  respondJson(exchange, 200, fakeAccount({ username: grant.account, acct: grant.account }));
}

const EXPOSED = 'Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id';

function setRestHeaders({ response }: Exchange): void {
  response.setHeader('Server', 'Mastodon');
  response.setHeader('X-Request-Id', response.requestId);
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

function respondPreflight({ request, response }: Exchange): void {
  response.setHeader('Access-Control-Allow-Methods', 'POST, PUT, DELETE, GET, PATCH, OPTIONS');
  response.setHeader('Access-Control-Max-Age', '7200');
  const asked = request.headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('Access-Control-Allow-Headers', asked);
  response.send(200, { 'Content-Length': '0' });
}
