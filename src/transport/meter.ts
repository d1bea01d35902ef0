/** How many bytes a connection has brought: counted where they pass, found again by its `connected` event. */

import type { Subscription } from 'rxjs';

/** Of one connection. */
export interface Meter {
  bytes: number;
  /** What is over with the first byte. */
  patience: Subscription | undefined;
}

// By the payload: an event may be copied on its way, and whoever asks has no other name for a connection.
const meters = new WeakMap<object, Meter>();

/** Ties the meter to what will be a `connected` event's payload, and returns that. */
export function metered<T extends object>(payload: T, meter: Meter | undefined): T {
  if (meter) meters.set(payload, meter);
  return payload;
}

/** The meter of a `connected` event's payload; undefined over a WebSocket, whose bytes are all streams'. */
export const meterOf = (payload: object): Meter | undefined => meters.get(payload);
