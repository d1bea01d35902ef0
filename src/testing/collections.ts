/** Serves the pages of the REST API's collections: timelines, notifications and conversations. */
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
import type { FakeStatus } from './entityTypes.ts';
import type { Exchange } from './exchange.ts';
import type { Filters } from './filters.ts';
import type { Flavour } from './flavour.ts';
import { respondJson } from './http.ts';
import type { InstanceConfig } from './instance.ts';
import type { Lists } from './lists.ts';
import { limitOf, linkOf, pageOf } from './paging.ts';
import type { RateLimit } from './rateLimit.ts';
import type { Tokens } from './tokens.ts';

export interface CollectionConfig {
  readonly instance: InstanceConfig;
  readonly archive: Archive;
  readonly filters: Filters;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly rateLimit: RateLimit;
  readonly flavour: Flavour;
}

interface Collection {
  /** The scopes, of which one is needed. */
  readonly scopes: readonly string[];
  readonly isPublic?: boolean;
  readonly defaultLimit: number;
  /** The query parameters that the links repeat. */
  readonly kept: readonly string[];
  /** True if a page that is not full has no link to an older one. */
  readonly endsWhenShort?: boolean;
  /** Returns the items; `undefined` if the collection does not exist, like another account's list. */
  readonly items: (view: View) => readonly Item[] | undefined;
}

interface View {
  readonly config: CollectionConfig;
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

const ofHome = ({ archive, flavour }: CollectionConfig): FakeStatus[] =>
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

/** Responds with a page of the collection that the path names, or with 404. */
export function respondCollection(config: CollectionConfig, exchange: Exchange): void {
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
