/** Counts the requests of a token, as Mastodon does. */
import { asyncScheduler } from 'rxjs';
import type { FakeHeaders } from './exchange.ts';

/** Counts the requests of each token in five minutes. No request is refused. */
export class RateLimit {
  readonly #counts = new Map<string, number>();
  #window = 0;

  take(token: string): FakeHeaders {
    const now = asyncScheduler.now();
    const window = Math.floor(now / PERIOD);
    if (window !== this.#window) this.#counts.clear();
    this.#window = window;
    const count = (this.#counts.get(token) ?? 0) + 1;
    this.#counts.set(token, count);
    return {
      'X-RateLimit-Limit': '300',
      'X-RateLimit-Remaining': Math.max(0, 300 - count).toString(),
      'X-RateLimit-Reset': new Date((window + 1) * PERIOD).toISOString().replace('Z', '000Z'),
    };
  }
}

/** In ms. */
const PERIOD = 5 * 60 * 1000;
