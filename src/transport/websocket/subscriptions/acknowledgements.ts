/**
 * Finds the frame that a `pleroma:respond` belongs to. The response names only the frame's type, but Pleroma
 * processes the frames of a socket one after the other.
 *
 * @see https://docs.pleroma.social/backend/development/API/differences_in_mastoapi_responses/#streaming
 */
import type { Entry } from './subscriptionTable.ts';

export type FrameType = 'subscribe' | 'unsubscribe';

/** A frame that was sent. */
export interface SentFrame {
  readonly type: FrameType;
  /** The subscription that it is about; undefined for a fence. */
  readonly entry: Entry | undefined;
}

/** The server's response to a frame. */
export interface Acknowledgement {
  readonly type: FrameType;
  /** The server's error code, e.g. `bad_topic`; undefined if the frame was accepted. */
  readonly error: string | undefined;
}

/** The number of frames to keep: a server that has not responded to so many does not respond at all. */
const CAPACITY = 100;

export class Acknowledgements {
  readonly #sent: SentFrame[] = [];

  sent(frame: SentFrame): void {
    if (this.#sent.length < CAPACITY) this.#sent.push(frame);
  }

  /** Returns the oldest frame of the type that has no response yet, and forgets it. */
  take(type: FrameType): SentFrame | undefined {
    const index = this.#sent.findIndex((frame) => frame.type === type);
    return index === -1 ? undefined : this.#sent.splice(index, 1)[0];
  }
}

/** Reads the payload of a `pleroma:respond`; undefined if it is about another frame than these. */
export function readAcknowledgement(data: string): Acknowledgement | undefined {
  let payload: unknown;
  try {
    payload = JSON.parse(data);
  } catch {
    return undefined;
  }
  const { type, result, error } = (payload ?? {}) as Record<string, unknown>;
  if (type !== 'subscribe' && type !== 'unsubscribe') return undefined;
  return {
    type,
    error: result === 'error' ? (typeof error === 'string' ? error : 'unknown error') : undefined,
  };
}
