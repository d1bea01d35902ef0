/**
 * Posts that are published slightly out of the order of their ids, like on GoToSocial and on Mastodon's public
 * timelines: three posters at once, up to 80 ms between a post and its publication, a cut every 700 ms. With
 * `catchUp` none is lost, and none comes twice.
 *
 * `OUT_OF_ORDER_RUNS=3000 npx vitest run --project node spec/hardening/outOfOrder` runs longer;
 * `OUT_OF_ORDER_SEED` runs the one history whose seed a failure names.
 */
import { createTimelines, type StreamEvent, type Timelines } from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodonConfig } from 'mastodon-rx/testing';
import { concatMap, lastValueFrom, merge, take, tap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';

const RUNS = Number(process.env['OUT_OF_ORDER_RUNS'] ?? 80);
/** The number of histories that run at the same time: each spends most of its time waiting. */
const AT_ONCE = 12;
const CUT_EVERY = 700;
const LATEST = 80;
const CUTS = 2;
/** The time, in ms, after which a missing post is lost. */
const LONGEST = 30_000;

/** Numbers from 0 to 1 that depend on the seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Outcome {
  readonly seed: number;
  readonly posts: number;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly cuts: number;
}

async function play(
  seed: number,
  flavour: FakeMastodonConfig['flavour'],
  transport: 'sse' | 'websocket',
  of: (timelines: Timelines) => ReturnType<Timelines['user']>,
): Promise<Outcome> {
  const random = randomOf(seed);
  const server = await startFakeMastodon({
    ...{ flavour: flavour ?? 'mastodon', publishDelay: () => random() * LATEST },
  });
  const timelines = createTimelines({
    ...{ baseUrl: server.url, streamingUrl: server.url, accessToken: server.token },
    ...{ transport, catchUp: true, connectTimeout: 1_000, closeDelay: 1 },
    reconnect: { delay: 5, maxDelay: 10, jitter: false },
  });
  const posted: string[] = [];
  const events: StreamEvent[] = [];
  let check: () => void = () => undefined;
  const subscription = of(timelines).subscribe((event) => {
    events.push(event);
    check();
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      check = () => {
        if (holds()) resolve();
      };
      check();
    });
  const got = (): string[] =>
    events.flatMap((event) => (event.type === 'update' ? [event.payload.id] : []));
  const connects = (): number => events.filter(({ type }) => type === 'connected').length;

  try {
    await until(() => connects() > 0);
    const end = CUT_EVERY * (CUTS + 0.3);
    const poster = (): Promise<unknown> => {
      const steps: number[] = [];
      for (let at = random() * 60; at < end; at += 20 + random() * 40) steps.push(at);
      return lastValueFrom(
        merge(...steps.map((at) => timer(at))).pipe(tap(() => posted.push(server.post().id))),
      );
    };
    const cuts = lastValueFrom(
      timer(CUT_EVERY * (0.8 + random() * 0.2), CUT_EVERY).pipe(
        take(CUTS),
        // On a busy machine the client may still be reconnecting: a cut would then end a connection that is not open.
        concatMap((cut) => until(() => connects() > cut)),
        tap(() => server.drop()),
      ),
    );
    await Promise.all([poster(), poster(), poster(), cuts]);
    // All is published by then; this post comes last, unless a page is still being requested.
    await lastValueFrom(timer(LATEST));
    const last = server.post().id;
    posted.push(last);
    await Promise.race([
      until(() => connects() > CUTS && new Set(got()).size === posted.length),
      lastValueFrom(timer(LONGEST)),
    ]);
    const ids = got();
    const unique = new Set(ids);
    return {
      ...{ seed, posts: posted.length, cuts: connects() - 1 },
      lost: posted.filter((id) => !unique.has(id)),
      twice: ids.filter((id, index) => ids.indexOf(id) !== index),
    };
  } finally {
    subscription.unsubscribe();
    await server.close();
  }
}

const OF = {
  'GoToSocial, user': ['gotosocial', 'websocket', (of: Timelines) => of.user()],
  'GoToSocial, public': ['gotosocial', 'websocket', (of: Timelines) => of.public()],
  'Mastodon, public over SSE': ['mastodon', 'sse', (of: Timelines) => of.public()],
  'Mastodon, public over WebSocket': ['mastodon', 'websocket', (of: Timelines) => of.public()],
} as const;

describe('publication out of order', () => {
  const runs = Math.ceil(RUNS / Object.keys(OF).length);

  it.each(Object.entries(OF))(
    `loses and duplicates nothing over cuts: %s, ${runs} histories`,
    async (_name, [flavour, transport, of]) => {
      const given = process.env['OUT_OF_ORDER_SEED'];
      const first = given === undefined ? Date.now() : Number(given);
      const seeds = Array.from({ length: given === undefined ? runs : 1 }, (_, run) => first + run);
      const failed: Outcome[] = [];
      let posts = 0;
      const worker = async (): Promise<void> => {
        for (let seed; (seed = seeds.shift()) !== undefined;) {
          const outcome = await play(seed, flavour, transport, of);
          posts += outcome.posts;
          expect(outcome.cuts).toBeGreaterThanOrEqual(CUTS);
          if (outcome.lost.length + outcome.twice.length > 0) failed.push(outcome);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      expect(posts).toBeGreaterThan(50);
      expect(failed).toEqual([]);
    },
    60_000 + runs * 2_000,
  );
});
