/** What kind of server the fake is: Mastodon, or one that implements Mastodon's API by itself. */
import type { Ids } from './ids.ts';

/** A kind of server: see {@link FakeMastodonConfig.flavour}. */
export type FakeFlavour = 'mastodon' | 'gotosocial';

/** What a kind of server does in its own way. */
export interface Flavour {
  /** What the instance documents say if no version is given. */
  readonly version: string;
  readonly nextId: (ids: Ids) => string;
  /** Whether a request without a User-Agent is refused with a 418. */
  readonly needsUserAgent: boolean;
  /** Whether there are streams over SSE, and a health endpoint. */
  readonly hasSse: boolean;
  /** Whether direct posts are in home and list timelines. */
  readonly directIsInHome: boolean;
  /** Whether notifications are streamed to any token, whatever its scopes. */
  readonly streamsNotificationsToAll: boolean;
  /** Whether the streams of a token that is revoked go on. */
  readonly outlivesRevocation: boolean;
  /** What a request without a valid token is told; undefined: Mastodon's words. */
  readonly unauthorized: string | undefined;
  /** What a request of a token without the scope is told; undefined: Mastodon's words. */
  readonly forbidden: string | undefined;
  readonly socket: SocketDialect;
}

/** How a kind of server talks over a WebSocket. */
export interface SocketDialect {
  /** The streams that a frame can subscribe to; what asks for others is ignored. Undefined: they are refused. */
  readonly frames: ReadonlySet<string> | undefined;
  /** The streams that the URL can name; others stay silent. Undefined: they are refused. */
  readonly url: ReadonlySet<string> | undefined;
  /** Whether a text that is no JSON closes the socket. */
  readonly closesOnRubbish: boolean;
  /** What ends each text frame. */
  readonly frameEnd: string;
  /** How the events of a stream with a parameter are labelled. */
  readonly labelOf: (name: string, parameter: unknown) => readonly unknown[];
  /**
   * The streams of which one, the first that is subscribed to, is told of a `delete`; undefined: each that
   * had the post is.
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
