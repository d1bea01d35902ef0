/** Declares the error of everything that fails between this process and JetStream. */
import { MastodonError, type MastodonErrorConfig } from '../model/errors.ts';

/** The fields of a {@link MastodonJetStreamError}. */
export interface JetStreamErrorConfig extends MastodonErrorConfig {
  /** True if another attempt may help. */
  retryable: boolean;
}

/**
 * JetStream did not do what was requested: it is away, full, or has no such stream. The cause is
 * NATS's own error.
 */
export class MastodonJetStreamError extends MastodonError {
  override readonly name = 'MastodonJetStreamError';
  override readonly retryable: boolean;

  constructor(message: string, { retryable, cause }: JetStreamErrorConfig) {
    super(message, { cause });
    this.retryable = retryable;
  }
}

/** Wraps NATS's error. Its message names subjects and limits, never the content of a message. */
export function jetStreamError(what: string, cause: unknown): MastodonJetStreamError {
  if (cause instanceof MastodonJetStreamError) return cause;
  const words = cause instanceof Error ? `: ${cause.message}` : '';
  return new MastodonJetStreamError(what + words, { cause, retryable: !isFinal(cause) });
}

/** Tells whether the message itself can never be sent: it is too long, or its subject is invalid. */
export const isUnsendable = (cause: unknown): boolean =>
  cause instanceof Error && UNSENDABLE.has(cause.name);

/** Tells whether no retry helps: the connection was closed, or nats.js has given up. */
const isFinal = (cause: unknown): boolean =>
  cause instanceof Error && (CLOSED.has(cause.name) || UNSENDABLE.has(cause.name));

/** Calls `create` if the server responds that the requested object does not exist. */
export const orIfMissing = <T>(asked: Promise<T>, create: () => Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    if (error instanceof Error && MISSING.has(error.name)) return create();
    throw error;
  });

/** By name, so that no NATS package is imported. */
const CLOSED: ReadonlySet<string> = new Set(['ClosedConnectionError', 'DrainingConnectionError']);
const MISSING: ReadonlySet<string> = new Set(['ConsumerNotFoundError', 'StreamNotFoundError']);
const UNSENDABLE: ReadonlySet<string> = new Set(['InvalidArgumentError', 'InvalidSubjectError']);
