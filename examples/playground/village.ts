/** The server behind the page, its posts, and its faults. */
import type { StreamEvent, Timelines } from 'mastodon-rx';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { concat, defer, EMPTY, ignoreElements, of, range, tap, timer, type Observable } from 'rxjs';
import { concatMap } from 'rxjs';
import type { Happening, Switches } from './happening.ts';

/** The number of posts that a stream with `backfill` starts with. */
export const BACKFILL = 3;

/** The time for which the server is away while it restarts, in ms. */
const RESTART = 3_000;

/** The time for which the server is silent, in ms: longer than the stream's timeout. */
const SILENCE = 9_000;

/** The names of the buttons' actions. */
export const ACTIONS = [
  'post',
  'remove',
  'drop',
  'end',
  'silence',
  '503',
  '429',
  'revoke',
  'restart',
  'meanwhile',
] as const;

/** The name of a button's action. */
export type Action = (typeof ACTIONS)[number];

/** A fake Mastodon in memory with numbered posts, whose times are short enough to watch. */
export class Village {
  readonly #server = createFakeMastodon({ heartbeatInterval: 3_000 });
  readonly #numbers = new Map<string, number>();
  readonly #living: string[] = [];
  #token = this.#server.token;

  constructor() {
    this.#server.delayHeaders(250); // so that connecting is visible
    this.#server.delayRest(150); // and catching up, too
  }

  /** Returns the timelines, with the library's own policies. Each new subscription has a new token. */
  timelines({ reconnect, catchUp, backfill }: Switches): Timelines {
    this.#token = this.#server.addToken();
    return this.#server.timelines({
      accessToken: this.#token,
      timeout: 7_000,
      ...{ reconnect, catchUp, backfill: backfill ? BACKFILL : 0 },
    });
  }

  /** The number of the post of an event, if it has one. */
  postOf(event: StreamEvent): number | undefined {
    if (event.type === 'update') return this.#numbers.get(event.payload.id);
    return event.type === 'delete' ? this.#numbers.get(event.payload) : undefined;
  }

  /** Runs a button's action, and emits the events on the server before the stream receives them. */
  act(action: Action): Observable<Happening> {
    const server = this.#server;
    switch (action) {
      case 'post':
        return this.#post();
      case 'remove':
        return this.#remove();
      case 'drop':
        return fault('drop', 'The connection breaks in the middle of a response', () =>
          server.drop(),
        );
      case 'end':
        return fault('end', 'The server ends the response cleanly', () => server.end());
      case 'silence':
        return concat(
          fault('silence', `No byte comes for ${SILENCE / 1_000} s`, () => server.stall()),
          after(SILENCE, () => server.resume()),
        );
      case '503':
        return fault('503', 'The connection breaks, and the next two requests get a 503', () => {
          for (let n = 0; n < 2; n++) server.failNext(503);
          server.drop();
        });
      case '429':
        return fault('429', 'The connection breaks, and the next request gets a 429: 5 s', () => {
          server.failNext(429, { 'retry-after': '5' });
          server.drop();
        });
      case 'revoke':
        return fault('revoke', 'The access token is revoked', () => server.revoke(this.#token));
      case 'restart':
        return concat(
          fault('restart', `The server is away for ${RESTART / 1_000} s`, () => server.stop()),
          after(RESTART, () => server.start()),
        );
      case 'meanwhile':
        return concat(
          fault('drop + 3', 'The connection breaks, and three posts follow', () => server.drop()),
          range(3).pipe(concatMap(() => concat(this.#post(), pause(300)))),
        );
    }
  }

  #post(): Observable<Happening> {
    return defer(() => {
      const id = this.#server.nextId();
      const post = this.#numbers.size + 1;
      this.#numbers.set(id, post);
      this.#living.push(id);
      const publish = after(0, () => this.#server.post({ id, content: `<p>Post ${post}</p>` }));
      return concat(of<Happening>({ type: 'posted', post }), publish);
    });
  }

  #remove(): Observable<Happening> {
    return defer(() => {
      const id = this.#living.pop();
      if (id === undefined) return EMPTY;
      const post = this.#numbers.get(id)!;
      const remove = after(0, () => this.#server.remove(id));
      return concat(of<Happening>({ type: 'removed', post }), remove);
    });
  }
}

const pause = (time: number): Observable<never> => timer(time).pipe(ignoreElements());

/** Calls a function after that many ms, and emits nothing. */
const after = (time: number, step: () => unknown): Observable<never> =>
  timer(time).pipe(tap(step), ignoreElements());

/** Announces a fault, and then causes it. */
const fault = (name: string, text: string, step: () => void): Observable<Happening> =>
  concat(of<Happening>({ type: 'fault', name, text }), after(0, step));
