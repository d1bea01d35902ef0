/** Lists the default of every option, with its unit. */
import { controlsNetwork } from '#platform';
import type {
  ResolvedCatchUpConfig,
  ResolvedReconnectConfig,
  ResolvedStreamConfig,
  TokenPlace,
} from './options.ts';

/** The defaults of every stream. */
export const STREAM_DEFAULTS: ResolvedStreamConfig = {
  timeout: 60_000, // ms: four of Mastodon's heartbeats (every 15 s)
  connectTimeout: 30_000, // ms
  reconnect: false,
  catchUp: false,
  backfill: 0,
  onMalformed: 'error',
  maxEventLength: 1_048_576, // UTF-16 code units; real events have some thousands
  transport: 'auto',
};

/** The defaults of `reconnect`. */
export const RECONNECT_DEFAULTS: ResolvedReconnectConfig = {
  delay: 1_000, // ms
  maxDelay: 60_000, // ms
  factor: 2,
  jitter: true,
  count: Infinity,
  stableAfter: 10_000, // ms
};

/** The defaults of `catchUp`. */
export const CATCH_UP_DEFAULTS: ResolvedCatchUpConfig = {
  prefer: 'oldest',
  maxItems: 800, // Mastodon's home feed holds no more (400 before 4.2)
  timeout: 60_000, // ms
};

/** The defaults of a client's WebSockets. */
export const SOCKET_DEFAULTS = {
  multiplex: true,
  tokenIn: (controlsNetwork ? 'header' : 'subprotocol') as TokenPlace,
  closeDelay: 1_000, // ms
} as const;

/** The default time between two polls of `healthy$`, in ms. */
export const HEALTH_INTERVAL = 30_000;
