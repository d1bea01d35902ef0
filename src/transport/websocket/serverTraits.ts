/** Remembers how a server behaves, as the sockets of a client have seen it. */
import { FifoSet } from '../../internal/fifoMap.ts';
import type { TokenPlace } from '../../config/options.ts';

/** The number of streams of each kind to remember. */
const CAPACITY = 1_000;

export class ServerTraits {
  /**
   * True if the server responds to frames that it rejects: Mastodon with an error, Pleroma with `pleroma:respond`.
   * Other servers ignore them silently. Undefined if it is not known yet.
   */
  respondsToFrames: boolean | undefined;
  /** True if the server is one of Mastodon's own, which sends a `delete` to each stream that had the post. */
  isMastodon = false;
  /** The place of the token, if another place than the default has worked. */
  tokenIn: TokenPlace | undefined;
  /** Keys of the streams that brought an event over a socket that was subscribed by a frame. */
  readonly confirmedByFrame = new FifoSet(CAPACITY);
  /** Keys of the streams that brought an event over a socket of their own. */
  readonly confirmedByUrl = new FifoSet(CAPACITY);

  /** Tells whether a stream needs a socket of its own, because the server may ignore a frame for it. */
  needsOwnSocket(key: string): boolean {
    return this.respondsToFrames === false && !this.confirmedByFrame.has(key);
  }
}
