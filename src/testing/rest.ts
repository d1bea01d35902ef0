/** The REST side of the same host: the instance documents, timelines, notifications, and what bots write. */
import { asyncScheduler } from 'rxjs';
import {
  hasMedia,
  hasTag,
  isDirect,
  isInHashtags,
  isInPublic,
  isLocal,
  type Archive,
} from './archive.ts';
import { authorize } from './authorize.ts';
import { DEFAULT_ACCOUNT, isTruthy } from './channels.ts';
import { fakeAccount } from './entities.ts';
import type { FakeStatus } from './entityTypes.ts';
import { wordsOf } from './errors.ts';
import { type Faults, type Timers } from './faults.ts';
import type { Filters } from './filters.ts';
import { type Flavour } from './flavour.ts';
import type { Exchange, FakeHeaders } from './exchange.ts';
import { respondJson } from './http.ts';
import {
  respondInstance,
  instanceV1,
  instanceV2,
  type FakeInstanceResponse,
  type InstanceConfig,
} from './instance.ts';
import { type Lists } from './lists.ts';
import { limitOf, linkOf, pageOf } from './paging.ts';
import { type Tokens } from './tokens.ts';
import { answerWrite } from './writes.ts';

export interface RestConfig {
  readonly instance: InstanceConfig;
  readonly instanceResponses: {
    readonly v1: FakeInstanceResponse;
    readonly v2: FakeInstanceResponse;
  };
  readonly archive: Archive;
  readonly filters: Filters;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly rateLimit: RateLimit;
  readonly flavour: Flavour;
}

/** Answers what is of the REST API, and says whether it was. */
export function handleRest(config: RestConfig, exchange: Exchange): boolean {
  const { request, response, path } = exchange;
  if (!/^\/api\/v\d+\/(?!streaming)[a-z_]/.test(path)) return false;

  setRestHeaders(exchange);
  const { instance, instanceResponses, faults, timers } = config;
  if (request.method === 'OPTIONS') {
    answerRestPreflight(exchange);
  } else if (path === '/api/v2/instance') {
    respondInstance(exchange, instanceV2(instance), instanceResponses.v2);
  } else if (path === '/api/v1/instance') {
    respondInstance(exchange, instanceV1(instance), instanceResponses.v1);
  } else {
    const refusal = faults.nextRest.shift();
    timers.after(faults.restDelay, () => {
      if (response.isClosed) return;
      if (refusal) answerRefusal(exchange, refusal);
      else if (path === VERIFY_CREDENTIALS) answerAccount(config, exchange);
      else if (request.method === 'POST') answerWrite(config, exchange);
      else answerCollection(config, exchange);
    });
  }
  return true;
}

function answerRefusal(exchange: Exchange, refusal: Faults['nextRest'][number]): void {
  const { status, headers, body = { error: wordsOf(status) } } = refusal;
  respondJson(exchange, status, body, headers);
}

/** So many requests of one token in five minutes, as Mastodon counts them; nobody is refused. */
export class RateLimit {
  readonly #counts = new Map<string, number>();
  #window = 0;

  take(token: string): FakeHeaders {
    const now = asyncScheduler.now();
    const window = Math.floor(now / PERIOD);
    if (window !== this.#window) this.#counts.clear();
    this.#window = window;
    const count = (this.#counts.get(token) ?? 0) + 1;
    this.#counts.set(token, count);
    return {
      'X-RateLimit-Limit': '300',
      'X-RateLimit-Remaining': Math.max(0, 300 - count).toString(),
      'X-RateLimit-Reset': new Date((window + 1) * PERIOD).toISOString().replace('Z', '000Z'),
    };
  }
}

/** In ms. */
const PERIOD = 5 * 60 * 1000;

interface Collection {
  /** One of these is needed. */
  readonly scopes: readonly string[];
  readonly isPublic?: boolean;
  readonly defaultLimit: number;
  /** The parameters that the links keep. */
  readonly kept: readonly string[];
  /** True if there is a link to an older page only if this one is full. */
  readonly endsWhenShort?: boolean;
  /** `undefined` if there is no such thing, as with a list of somebody else. */
  readonly items: (view: View) => readonly Item[] | undefined;
}

interface View {
  readonly config: RestConfig;
  readonly exchange: Exchange;
  readonly account: string;
  /** The text that the path's pattern matched. */
  readonly parameter: string;
}

interface Item {
  /** The key that the pages are ordered by. */
  readonly key: string;
  readonly entity: object;
}

const STATUS_SCOPES = ['read', 'read:statuses'];

const COLLECTIONS: readonly (readonly [RegExp, Collection])[] = [
  [
    /^\/api\/v1\/timelines\/home$/,
    {
      scopes: STATUS_SCOPES,
      defaultLimit: 20,
      kept: ['local', 'limit'],
      items: ({ config }) => itemsOf(ofHome(config)),
    },
  ],
  [
    /^\/api\/v1\/timelines\/public$/,
    {
      scopes: STATUS_SCOPES,
      isPublic: true,
      defaultLimit: 20,
      kept: ['local', 'remote', 'limit', 'only_media'],
      items: (view) => itemsOf(filtered(view.config.archive.statuses.filter(isInPublic), view)),
    },
  ],
  [
    /^\/api\/v1\/timelines\/tag\/([^/]+)$/,
    {
      scopes: STATUS_SCOPES,
      isPublic: true,
      defaultLimit: 20,
      kept: ['local', 'limit', 'only_media'],
      items: (view) => {
        const statuses = view.config.archive.statuses.filter(
          (each) => isInHashtags(each) && hasTag(each, view.parameter),
        );
        return itemsOf(filtered(statuses, view));
      },
    },
  ],
  [
    /^\/api\/v1\/timelines\/list\/([^/]+)$/,
    {
      scopes: ['read', 'read:lists'],
      defaultLimit: 20,
      kept: ['limit'],
      items: ({ config, account, parameter }) => {
        const list = config.lists.find(parameter, account);
        if (!list) return undefined;
        const isIn = ({ account: { acct } }: FakeStatus): boolean =>
          list.members?.includes(acct) ?? true;
        return itemsOf(ofHome(config).filter(isIn));
      },
    },
  ],
  [
    /^\/api\/v1\/notifications$/,
    {
      scopes: ['read', 'read:notifications'],
      defaultLimit: 40,
      kept: ['limit', 'account_id', 'types[]', 'exclude_types[]'],
      items: ({ config, account, exchange: { query } }) => {
        const types = [query['types[]'] ?? []].flat();
        const excluded = [query['exclude_types[]'] ?? []].flat();
        return itemsOf(
          config.archive
            .notificationsOf(account)
            .filter(({ type }) => types.length === 0 || types.includes(type))
            .filter(({ type }) => !excluded.includes(type)),
        );
      },
    },
  ],
  [
    /^\/api\/v1\/conversations$/,
    {
      scopes: STATUS_SCOPES,
      defaultLimit: 20,
      kept: ['limit'],
      endsWhenShort: true,
      // A conversation is as new as its last post.
      items: ({ config, account }) =>
        config.archive
          .conversationsOf(account)
          .map((entity) => ({ key: entity.last_status?.id ?? entity.id, entity })),
    },
  ],
];

const ofHome = ({ archive, flavour }: RestConfig): FakeStatus[] =>
  archive.statuses.filter((each) => flavour.directIsInHome || !isDirect(each));

const itemsOf = (entities: readonly { readonly id: string }[]): Item[] =>
  entities.map((entity) => ({ key: entity.id, entity }));

function filtered(statuses: readonly FakeStatus[], { exchange: { query } }: View): FakeStatus[] {
  const asks = (name: string): boolean => isTruthy(query[name]);
  return statuses
    .filter((status) => !asks('local') || isLocal(status))
    .filter((status) => !asks('remote') || !isLocal(status))
    .filter((status) => !asks('only_media') || hasMedia(status));
}

const VERIFY_CREDENTIALS = '/api/v1/accounts/verify_credentials';

/** Responds with the account of the token. */
function answerAccount(config: RestConfig, exchange: Exchange): void {
  const scopes = ['profile', 'read', 'read:accounts'];
  const grant = authorize(config, exchange, { scopes });
  if (grant === 'refused' || grant === undefined) return;
  respondJson(exchange, 200, fakeAccount({ username: grant.account, acct: grant.account }));
}

function answerCollection(config: RestConfig, exchange: Exchange): void {
  const { request, path, query } = exchange;
  const found =
    request.method === 'GET' ? COLLECTIONS.find(([pattern]) => pattern.test(path)) : undefined;
  if (!found) {
    respondJson(exchange, 404, { error: 'Not Found' });
    return;
  }
  const [pattern, collection] = found;

  const grant = authorize(config, exchange, collection);
  if (grant === 'refused') return;

  const view = {
    config,
    exchange,
    account: grant?.account ?? DEFAULT_ACCOUNT,
    parameter: decoded(pattern.exec(path)?.[1] ?? ''),
  };
  const limits = config.rateLimit.take(grant?.token ?? '');
  const items = collection.items(view);
  if (!items) {
    respondJson(exchange, 404, { error: 'Record not found' }, limits);
    return;
  }

  const { defaultLimit, kept, endsWhenShort = false } = collection;
  const page = pageOf({ items, idOf: ({ key }) => key, query, defaultLimit });
  const [first, last] = [page[0], page.at(-1)];
  const isShort = page.length < limitOf(query, defaultLimit);
  const link =
    first && last
      ? linkOf(config.instance.url + path, query, kept, {
          next: endsWhenShort && isShort ? undefined : last.key,
          prev: first.key,
        })
      : undefined;
  const headers = { ...limits, ...(link === undefined ? {} : { Link: link }) };
  respondJson(
    exchange,
    200,
    page.map(({ entity }) => config.filters.markEntity(entity, view.account)),
    headers,
  );
}

const EXPOSED = 'Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id';

function setRestHeaders({ response }: Exchange): void {
  response.setHeader('Server', 'Mastodon');
  response.setHeader('X-Request-Id', response.requestId);
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

function answerRestPreflight({ request, response }: Exchange): void {
  response.setHeader('Access-Control-Allow-Methods', 'POST, PUT, DELETE, GET, PATCH, OPTIONS');
  response.setHeader('Access-Control-Max-Age', '7200');
  const asked = request.headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('Access-Control-Allow-Headers', asked);
  response.send(200, { 'Content-Length': '0' });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
