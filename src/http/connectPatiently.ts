/** Connects to a host that has several addresses, of which the first may be slow. */
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/**
 * The time that Node waits for one address before it tries the next, in ms: its own default, then what a
 * satellite, Tor or a distant VPN takes. Whoever waits for the last one has been stopped by `connectTimeout`,
 * as a rule.
 */
const PATIENCE = [250, 2_000, 16_000] as const;

/** A connection that is being made. */
export interface Connecting {
  /** Ends it, whatever it is at. Nothing is called back. */
  destroy(): void;
}

/**
 * Connects as undici does, and calls back once. Node tries the addresses of a host one after the other, each for
 * 250 ms only, and gives up after the last; then they are all tried again with more time for each.
 */
export function connectPatiently(
  target: buildConnector.Options,
  callback: buildConnector.Callback,
): Connecting {
  let socket: Socket | undefined;
  let isDestroyed = false;
  const attempt = (number: number): void => {
    socket = connectorOf(number)(target, (...result) => {
      if (isDestroyed) return;
      if (number + 1 < PATIENCE.length && wasImpatient(result[0])) attempt(number + 1);
      else callback(...result);
    });
  };
  attempt(0);
  return {
    destroy: () => {
      isDestroyed = true;
      socket?.destroy();
    },
  };
}

/** Tells whether an address was given up before it could answer. */
const wasImpatient = (error: Error | null): boolean =>
  error !== null &&
  'errors' in error &&
  (error as AggregateError).errors.some((each: NodeJS.ErrnoException) => each.code === 'ETIMEDOUT');

/** undici's connector returns the socket, which its types do not say. */
type Connector = (...args: Parameters<buildConnector.connector>) => Socket;

const connectors: Connector[] = [];

/** One for all clients, since it keeps the TLS sessions; `connectTimeout` is the only timer. */
const connectorOf = (attempt: number): Connector =>
  (connectors[attempt] ??= buildConnector({
    timeout: 0,
    autoSelectFamilyAttemptTimeout: PATIENCE[attempt],
  }) as Connector);
