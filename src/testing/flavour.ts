/**
 * Describes the kinds of server that the fake can be: Mastodon, or another implementation of Mastodon's API.
 */
import type { Ids } from './ids.ts';

/** A kind of server: see {@link FakeMastodonConfig.flavour}. */
export type FakeFlavour = 'mastodon' | 'gotosocial';

/** The traits of a kind of server. */
export interface Flavour {
  /** The version in the instance documents if none is given. */
  readonly version: string;
  readonly nextId: (ids: Ids) => string;
  /** True if a request without a User-Agent is refused with a 418. */
  readonly needsUserAgent: boolean;
  /** True if there are streams over SSE, and a health endpoint. */
  readonly hasSse: boolean;
  /** True if direct posts are in home and list timelines. */
  readonly directIsInHome: boolean;
  /** True if notifications are streamed to any token, whatever its scopes. */
  readonly streamsNotificationsToAll: boolean;
  /** True if the streams of a revoked token stay open. */
  readonly outlivesRevocation: boolean;
  /** The error message for a request without a valid token; undefined for Mastodon's. */
  readonly unauthorized: string | undefined;
  /** The error message for a request whose token lacks the scope; undefined for Mastodon's. */
  readonly forbidden: string | undefined;
  readonly socket: SocketDialect;
}

/** The traits of a kind of server over a WebSocket. */
export interface SocketDialect {
  /** The streams that a frame can subscribe to; frames for others are ignored. If undefined, they are refused. */
  readonly frames: ReadonlySet<string> | undefined;
  /** The streams that the URL can name; others stay silent. If undefined, they are refused. */
  readonly url: ReadonlySet<string> | undefined;
  /** True if a text that is not JSON closes the socket. */
  readonly closesOnRubbish: boolean;
  /** The end of each text frame. */
  readonly frameEnd: string;
  /** Returns the label of the events of a stream with a parameter. */
  readonly labelOf: (name: string, parameter: unknown) => readonly unknown[];
  /**
   * The streams of which only the first that is subscribed to receives a `delete`. If undefined, each stream that
   * had the post does.
   */
  readonly deleteOrder: readonly string[] | undefined;
}

const MASTODON: Flavour = {
  version: '4.5.0',
  nextId: (ids) => ids.nextId(),
  needsUserAgent: false,
  hasSse: true,
  directIsInHome: false,
  streamsNotificationsToAll: false,
  outlivesRevocation: false,
  unauthorized: undefined,
  forbidden: undefined,
  socket: {
    frames: undefined,
    url: undefined,
    closesOnRubbish: false,
    frameEnd: '',
    labelOf: (name, parameter) => [name, parameter],
    deleteOrder: undefined,
  },
};

/** Recorded from GoToSocial 0.20: spec/fixtures/gotosocial. */
const GOTOSOCIAL: Flavour = {
  version: '0.20.0',
  nextId: (ids) => ids.nextUlid(),
  needsUserAgent: true,
  hasSse: false,
  directIsInHome: true,
  streamsNotificationsToAll: true,
  outlivesRevocation: true,
  unauthorized: 'Unauthorized: token not supplied',
  forbidden: 'Forbidden: token has insufficient scope permission',
  socket: {
    frames: new Set(['user', 'public', 'public:local', 'direct', 'list']),
    url: new Set(['user', 'user:notification', 'public', 'public:local', 'direct', 'list']),
    closesOnRubbish: true,
    frameEnd: '\n',
    labelOf: (name, parameter) => [`${name}:${String(parameter)}`],
    deleteOrder: ['public:local', 'public', 'user', 'direct'],
  },
};

export const flavourOf = (name: FakeFlavour): Flavour =>
  name === 'gotosocial' ? GOTOSOCIAL : MASTODON;
