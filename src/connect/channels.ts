/** Returns the channel of a timeline: the name that Mastodon gives it, and the path and query of its endpoint. */
import { check } from '../config/check.ts';
import type { Cursor } from '../model/events.ts';

/** The name and the path of a stream. */
export interface Channel {
  /** The label of its events: `['public:local']`, `['hashtag', 'rxjs']`, `['list', '42']`. */
  readonly stream: readonly string[];
  /** The path below `/api/v1/streaming/`, with the query, percent-encoded. */
  readonly path: string;
  /** The REST paths that list what it streams, by kind, with the query. */
  readonly restPaths: Readonly<Partial<Record<keyof Cursor, string>>>;
  /** The kinds that forks also send on it and that no REST path lists: `resumeFrom` ignores them. */
  readonly unlisted?: readonly (keyof Cursor)[];
}

/** Selects posts of the public timeline. */
export interface PublicConfig {
  /**
   * Only posts of this server.
   * @defaultValue `false`
   */
  local?: boolean | undefined;
  /**
   * Only posts of other servers.
   * @defaultValue `false`
   */
  remote?: boolean | undefined;
  /**
   * Only posts with media.
   * @defaultValue `false`
   */
  onlyMedia?: boolean | undefined;
}

/** Selects posts of a hashtag. */
export interface HashtagConfig {
  /**
   * Only posts of this server.
   * @defaultValue `false`
   */
  local?: boolean | undefined;
}

/** An endpoint that a fork adds. */
export interface ChannelConfig {
  /** The stream's name, e.g. `public:bubble`. */
  name: string;
  /** The endpoint's path below `/api/v1/streaming/`, e.g. `public/bubble`. */
  path: string;
  /** The query, e.g. `{ tag: 'rxjs' }`; the values follow the name in each event's `stream`. */
  params?: Readonly<Record<string, string>> | undefined;
}

const NOTIFICATIONS = '/api/v1/notifications';

export const userChannel: Channel = {
  stream: ['user'],
  path: 'user',
  restPaths: { status: '/api/v1/timelines/home', notification: NOTIFICATIONS },
};

export const userNotificationChannel: Channel = {
  stream: ['user:notification'],
  path: 'user/notification',
  restPaths: { notification: NOTIFICATIONS },
};

export const directChannel: Channel = {
  stream: ['direct'],
  path: 'direct',
  restPaths: { conversation: '/api/v1/conversations' },
  unlisted: ['status'], // glitch-soc
};

export function publicChannel({ local, remote, onlyMedia }: PublicConfig): Channel {
  checkFlags('public', { local, remote, onlyMedia });
  check(!(local && remote), 'public: local and remote exclude each other');
  const parts = ['public', ...(local ? ['local'] : []), ...(remote ? ['remote'] : [])];
  const flags = Object.entries({ local, remote, only_media: onlyMedia });
  const query = flags.flatMap(([name, flag]) => (flag ? [`${name}=true`] : [])).join('&');
  return {
    stream: [[...parts, ...(onlyMedia ? ['media'] : [])].join(':')],
    path: parts.join('/') + (onlyMedia ? '?only_media=true' : ''),
    restPaths: { status: `/api/v1/timelines/public${query === '' ? '' : `?${query}`}` },
  };
}

export function hashtagChannel(tag: string, { local }: HashtagConfig): Channel {
  checkFlags('hashtag', { local });
  check(typeof tag === 'string' && tag.trim() !== '', "hashtag needs a tag: hashtag('rxjs')");
  check(
    !/^\s*[#＃]/.test(tag),
    `hashtag: give the tag without the #: hashtag(${JSON.stringify(tag.replace(/^\s*[#＃]+/, ''))})`,
  );
  const encoded = encode('hashtag', tag);
  return {
    stream: [local ? 'hashtag:local' : 'hashtag', tag],
    path: `hashtag${local ? '/local' : ''}?tag=${encoded}`,
    restPaths: { status: `/api/v1/timelines/tag/${encoded}${local ? '?local=true' : ''}` },
  };
}

export function listChannel(list: string | { readonly id: string }): Channel {
  const id: unknown = typeof list === 'object' ? (list as { id?: unknown } | null)?.id : list;
  check(
    typeof id === 'string' && id.trim() !== '',
    "list needs an id, a string: list('42'), or list({ id: '42' })",
  );
  const encoded = encode('list', id);
  return {
    stream: ['list', id],
    path: `list?list=${encoded}`,
    restPaths: { status: `/api/v1/timelines/list/${encoded}` },
  };
}

export function forkChannel({ name, path, params = {} }: ChannelConfig): Channel {
  check(typeof name === 'string' && name !== '', "channel needs a name: { name: 'public:bubble' }");
  check(
    typeof path === 'string' &&
      /^[\w~.-]+(\/[\w~.-]+)*$/.test(path) &&
      !/(^|\/)\.\.?(\/|$)/.test(path),
    "channel: path is below /api/v1/streaming/, like 'public/bubble'; its query goes into params",
  );
  const query = Object.entries(params).map(([key, value]) => {
    check(typeof value === 'string', `channel: the parameter ${key} must be a string`);
    return `${encode('channel', key)}=${encode('channel', value)}`;
  });
  return {
    stream: [name, ...Object.values(params)],
    path: path + (query.length > 0 ? `?${query.join('&')}` : ''),
    restPaths: {},
  };
}

/** Rejects flags that are no booleans: `'false'` from a query string would count as true. */
function checkFlags(method: string, flags: Record<string, unknown>): void {
  for (const [name, flag] of Object.entries(flags)) {
    check(
      flag === undefined || typeof flag === 'boolean',
      `${method}: ${name} must be true or false`,
    );
  }
}

/** Percent-encodes a text for a query. Half a surrogate pair is not valid text and cannot be sent. */
function encode(method: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    check(false, `${method}: ${JSON.stringify(text)} contains a lone surrogate`);
  }
}
