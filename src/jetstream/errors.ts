/** What can go wrong between this process and the engine. */
import { MastodonError, type MastodonErrorConfig } from '../model/errors.ts';

/** What a {@link MastodonJetStreamError} is made of. */
export interface JetStreamErrorConfig extends MastodonErrorConfig {
  /** Whether another attempt may help. */
  retryable: boolean;
}

/**
 * The engine did not do what it was asked for: it is away, full, or has no such stream. The cause is
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

/** NATS's own words beside ours; they are about subjects and limits, never about what is in a message. */
export function jetStreamError(what: string, cause: unknown): MastodonJetStreamError {
  if (cause instanceof MastodonJetStreamError) return cause;
  const words = cause instanceof Error ? `: ${cause.message}` : '';
  return new MastodonJetStreamError(what + words, { cause, retryable: !isFinal(cause) });
}

/** Whether the message itself cannot be sent, now or later: too long, or no subject. */
export const isUnsendable = (cause: unknown): boolean =>
  cause instanceof Error && UNSENDABLE.has(cause.name);

/** Whether nothing goes over this connection any more: nats.js has given up, or it was closed. */
const isFinal = (cause: unknown): boolean =>
  cause instanceof Error && (CLOSED.has(cause.name) || UNSENDABLE.has(cause.name));

/** By name: an import would make a program that has none of it load NATS. */
const CLOSED: ReadonlySet<string> = new Set(['ClosedConnectionError', 'DrainingConnectionError']);
const UNSENDABLE: ReadonlySet<string> = new Set(['InvalidArgumentError', 'InvalidSubjectError']);
