/** Connects to a host that has several addresses, of which the first may be slow. */
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/**
 * The times that Node waits for one address before it tries the next, in ms: its own default, then times that
 * suffice for a satellite, Tor or a distant VPN. `connectTimeout` usually ends the attempt before the last one
 * does.
 */
const PATIENCE = [250, 2_000, 16_000] as const;

/** A connection that is being made. */
export interface Connecting {
  /** Ends it at any stage. The callback is not called. */
  destroy(): void;
}

/**
 * Connects as undici does, and calls back once. Node tries the addresses of a host one after the other, each for
 * only 250 ms, and gives up after the last. This function then tries them all again, with more time for each.
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

/** Tells whether Node gave an address up before it could respond. */
const wasImpatient = (error: Error | null): boolean =>
  error !== null &&
  'errors' in error &&
  (error as AggregateError).errors.some((each: NodeJS.ErrnoException) => each.code === 'ETIMEDOUT');

/** undici's connector returns the socket, which its types do not say. */
type Connector = (...args: Parameters<buildConnector.connector>) => Socket;

const connectors: Connector[] = [];

/**
 * Returns the connector of an attempt. All clients share it, since it keeps TLS sessions; `connectTimeout` is the
 * only timer.
 */
const connectorOf = (attempt: number): Connector =>
  (connectors[attempt] ??= buildConnector({
    timeout: 0,
    autoSelectFamilyAttemptTimeout: PATIENCE[attempt],
  }) as Connector);
