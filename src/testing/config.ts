/** Declares the options of a fake, and its log of requests. */
import type { FakeRequestHeaders } from './exchange.ts';
import type { FakeFlavour } from './flavour.ts';
import type { FakeInstanceResponse } from './instance.ts';

/** Options of a fake Mastodon, on loopback and in memory. */
export interface FakeServerConfig {
  /**
   * The kind of server. `'gotosocial'`: like a recorded GoToSocial 0.20. It streams only over WebSocket, ignores
   * unknown frames, labels lists in its own way, sends a `delete` once per socket, has ULIDs, and rejects requests
   * without a User-Agent.
   * @defaultValue `'mastodon'`
   */
  readonly flavour?: FakeFlavour;
  /**
   * The time, in ms, from an event's creation, when it enters the REST timelines, to its publication. A function
   * returns the time for each event, so that later ones may overtake it.
   * @defaultValue events are published when they are created
   */
  readonly publishDelay?: number | (() => number) | undefined;
  /**
   * The version that the instance documents show and whose wire format is used: up to 4.4 heartbeats are
   * `:thump\n`, up to 4.3 errors have their old words, up to 4.2 `filters_changed` comes as
   * `data: undefined`.
   * @defaultValue `'4.5.0'`; for GoToSocial `'0.20.0'`
   */
  readonly version?: string;
  /**
   * The time between two heartbeats, in ms.
   * @defaultValue `15_000`
   */
  readonly heartbeatInterval?: number;
  /**
   * The time between two pings of all WebSockets, in ms. A socket that has not responded to the last ping is
   * closed.
   * @defaultValue `30_000`
   */
  readonly pingInterval?: number;
  /**
   * True if heartbeats are `:thump\n`, without the blank line.
   * @defaultValue that of `version`
   */
  readonly oldHeartbeats?: boolean;
  /**
   * True if a stream begins with `:)\n`.
   * @defaultValue `true`
   */
  readonly preamble?: boolean;
  /**
   * The streaming URL in the instance documents; `null` leaves it out.
   * @defaultValue the server's own: `wss:` or `ws:` and the host of its URL
   */
  readonly streamingUrl?: string | null | undefined;
  /**
   * Streams that a fork adds, by their path below `/api/v1/streaming/`:
   * `{ 'public/bubble': 'public:bubble' }`.
   * @defaultValue `{}`
   */
  readonly streams?: Readonly<Record<string, string>>;
  /**
   * The number of posts, and of each account's notifications and conversations, that the REST timelines hold.
   * @defaultValue `2_000`
   */
  readonly historyLimit?: number;
  /**
   * The access token of `alice`, with the scope `read`.
   * @defaultValue a random one
   */
  readonly token?: string;
}

/** A request, as a fake's `requests` logs it. */
export interface FakeRequest {
  readonly method: string;
  /** The path with the query. */
  readonly path: string;
  /** The headers, with lower-case names. */
  readonly headers: FakeRequestHeaders;
  /** The time of the request's arrival, in ms since 1970. */
  readonly at: number;
}

/** Sets what `respondNext` does after its bytes. */
export interface FakeResponseConfig {
  /**
   * True if the socket is closed (a FIN) after the bytes.
   * @defaultValue `false`
   */
  readonly end?: boolean;
}

/** The responses for the two instance documents, if they differ. */
export interface FakeInstanceResponses {
  /** The response of `/api/v1/instance`. */
  readonly v1?: FakeInstanceResponse;
  /** The response of `/api/v2/instance`. */
  readonly v2?: FakeInstanceResponse;
}
