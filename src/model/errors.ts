/**
 * Declares the error classes. All extend one root, and each says whether a retry can help.
 *
 * No error contains the access token or the text of a post. The cause is in `error.cause`, but `JSON.stringify` and
 * `util.inspect` show only its name and code.
 */
import { addInspection } from '#platform';
import { truncateName } from '../internal/truncateName.ts';

/** The options that an error takes besides its message. */
export interface MastodonErrorConfig {
  /** The error underneath, e.g. Node's `ECONNREFUSED`. */
  cause?: unknown;
}

/** The root of every error that a stream or a call of this library ends with. */
export abstract class MastodonError extends Error {
  override readonly name: string = 'MastodonError';

  /** True if the same request may succeed later; `reconnect` retries exactly these errors. */
  abstract readonly retryable: boolean;

  constructor(message: string, { cause }: MastodonErrorConfig = {}) {
    super(message, cause === undefined ? undefined : { cause });
  }

  /** Returns the name, the message, `retryable` and the class's own fields; of the cause, only its name and code. */
  toJSON(): Record<string, unknown> {
    const outline = this.cause === undefined ? {} : { cause: outlineOf(this.cause) };
    return { message: this.message, ...Object.fromEntries(Object.entries(this)), ...outline };
  }
}

addInspection(MastodonError.prototype);

/**
 * Returns a cause's name and code. A cause may be any object, even a user's request with its headers, or have a
 * message that quotes them.
 */
function outlineOf(cause: unknown): unknown {
  if (!(cause instanceof Error)) return typeof cause;
  const { name } = cause;
  return 'code' in cause && typeof cause.code === 'string' ? { name, code: cause.code } : { name };
}

/** The network failed: refused, unknown host, TLS, reset, cut off, no headers within `connectTimeout` ms. */
export class MastodonNetworkError extends MastodonError {
  override readonly name: string = 'MastodonNetworkError';
  override readonly retryable: boolean = true;
}

/** The stream fell silent: no byte, not even a heartbeat, for `timeout` ms. */
export class MastodonReadTimeoutError extends MastodonNetworkError {
  override readonly name = 'MastodonReadTimeoutError';
  /** The length of the silence, in ms. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(`The stream was silent for ${timeout} ms: no byte, not even a heartbeat`);
    this.timeout = timeout;
  }
}

/** The server ended the stream cleanly: it is restarting, or the token was revoked (a retry then gets the 401). */
export class MastodonStreamEndedError extends MastodonNetworkError {
  override readonly name = 'MastodonStreamEndedError';

  constructor() {
    super('The server ended the stream');
  }
}

/** The options of a {@link MastodonApiError}. */
export interface ApiErrorConfig extends MastodonErrorConfig {
  /** The response's status code. */
  status: number;
  /** The server's own words: the `error` field of its JSON. */
  serverMessage?: string | undefined;
  /** The wait that the server asks for (`Retry-After`), in ms. */
  retryAfter?: number | undefined;
}

/** The server's response is not a stream: `status`, and the server's own words in `serverMessage`. */
export class MastodonApiError extends MastodonError {
  override readonly name: string = 'MastodonApiError';
  /** 408, 425, 429 and 5xx. */
  override readonly retryable: boolean;
  /** The response's status code. It is 200 if the response was not a `text/event-stream`. */
  readonly status: number;
  /** The server's own words, e.g. `Invalid access token`; undefined if it had none. */
  readonly serverMessage: string | undefined;
  /** The wait that the server asks for (`Retry-After`), in ms; undefined if it does not say. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, serverMessage, retryAfter, cause }: ApiErrorConfig) {
    super(message, { cause });
    this.status = status;
    this.serverMessage = serverMessage;
    this.retryAfter = retryAfter;
    this.retryable = RETRYABLE_STATUSES.has(status) || status >= 500;
  }
}

/** Request Timeout, Too Early, Too Many Requests: the same request may succeed later. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** 401: the token is missing, wrong, revoked, lacks a scope, or may not stream the list; the message says which. */
export class MastodonUnauthorizedError extends MastodonApiError {
  override readonly name = 'MastodonUnauthorizedError';
}

/** 404: no such list, or no such endpoint on this server. */
export class MastodonNotFoundError extends MastodonApiError {
  override readonly name = 'MastodonNotFoundError';
}

/** 429: too many requests; `retryAfter` (ms) is honoured by `reconnect`. */
export class MastodonRateLimitError extends MastodonApiError {
  override readonly name = 'MastodonRateLimitError';
}

/** 5xx: the server, or a proxy before it, failed; `retryAfter` (ms) is honoured by `reconnect`. */
export class MastodonServerError extends MastodonApiError {
  override readonly name = 'MastodonServerError';
}

/** The reason why an event could not be read. */
export type MalformedReason = 'invalid-json' | 'invalid-utf-8' | 'no-event-name' | 'too-long';

/**
 * An event could not be read: `reason`, `eventName` and `position` say which one. The error does not contain its
 * text.
 */
export class MastodonMalformedEventError extends MastodonError {
  override readonly name = 'MastodonMalformedEventError';
  override readonly retryable = true;
  /** The reason why the event could not be read. */
  readonly reason: MalformedReason;
  /** The event's name, e.g. `update`; undefined if it had none. */
  readonly eventName: string | undefined;
  /** The number of the event on its connection, counted from 1. */
  readonly position: number;

  constructor(reason: MalformedReason, eventName: string | undefined, position: number) {
    const which =
      eventName === undefined ? 'An event' : `The event ${JSON.stringify(truncateName(eventName))}`;
    super(`${which} (number ${position} of its connection) ${MALFORMED[reason]}`);
    this.reason = reason;
    this.eventName = eventName === undefined ? undefined : truncateName(eventName);
    this.position = position;
  }
}

const MALFORMED: Record<MalformedReason, string> = {
  'invalid-json': 'is not valid JSON',
  'invalid-utf-8': 'is not valid UTF-8',
  'no-event-name': 'has no name',
  'too-long': 'is longer than maxEventLength allows',
};

/** An argument is wrong; thrown at the call, before anything is opened. The message says what to do. */
export class MastodonIllegalArgumentError extends MastodonError {
  override readonly name = 'MastodonIllegalArgumentError';
  override readonly retryable = false;
}

/** The runtime or the bundle lacks something that streams need, which the message names; no retry helps. */
export class MastodonUnsupportedError extends MastodonError {
  override readonly name = 'MastodonUnsupportedError';
  override readonly retryable = false;
}
