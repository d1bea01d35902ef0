/**
 * Random histories with random faults, over real sockets and in memory, and over both transports: with
 * `catchUp` the received items equal the published ones, each once and in order. `LOSSLESS_RUNS=20000 npx vitest run --project
 * node spec/hardening/lossless` runs longer; fast-check prints the seed and the shrunk history of a failure.
 */
import fc from 'fast-check';
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  CLIENT,
  idsOf,
  inVirtualTime,
  play,
  playInMemory,
  playInTurn,
  SERVER,
  steps,
  type History,
  type Step,
  type Transport,
  withoutStacks,
} from './histories.ts';

async function received(
  transport: Transport,
  history: readonly Step[],
): Promise<{ told: History; events: StreamEvent[] }> {
  const server = await startFakeMastodon(SERVER);
  const told: History = { posts: [], deleted: new Set(), notifications: [] };
  const events: StreamEvent[] = [];
  const timelines = createTimelines({
    baseUrl: server.url,
    streamingUrl: server.url,
    accessToken: server.token,
    ...{ transport, ...CLIENT },
  });

  let look: () => void = () => undefined;
  let failed: Error | undefined;
  const subscription = timelines.user().subscribe({
    next: (event) => {
      events.push(event);
      look();
    },
    error: (error: unknown) => {
      failed = error as Error;
      look();
    },
  });
  const until = (there: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      look = () => {
        if (failed !== undefined) reject(failed);
        else if (there()) resolve();
      };
      look();
    });

  try {
    await until(() => events.some(({ type }) => type === 'connected'));
    for (const step of history) await play(server, transport, told, step);
    // The end of the history: one more item of each kind, which arrives after all before it.
    server.delayRest(undefined);
    told.posts.push(server.post().id);
    told.notifications.push(server.notify().id);
    const [post, note] = [told.posts.at(-1), told.notifications.at(-1)];
    await until(
      () =>
        events.some((event) => event.type === 'update' && event.payload.id === post) &&
        events.some((event) => event.type === 'notification' && event.payload.id === note),
    );
    return { told, events };
  } finally {
    subscription.unsubscribe();
    await server.close();
  }
}

/** The items received from a history in virtual time. */
function receivedInMemory(
  transport: Transport,
  history: readonly Step[],
): { told: History; events: StreamEvent[] } {
  const told: History = { posts: [], deleted: new Set(), notifications: [] };
  const events: StreamEvent[] = [];
  inVirtualTime((flush) => {
    const server = createFakeMastodon(SERVER);
    let [post, note] = ['', ''];
    const leaveAtTheEnd = (): void => {
      const ids = [
        ...idsOf(events, 'update').slice(-1),
        ...idsOf(events, 'notification').slice(-1),
      ];
      if (ids[0] === post && ids[1] === note) subscription.unsubscribe();
    };
    const subscription = server
      .timelines({ ...CLIENT, transport, streamingUrl: server.url })
      .user()
      .subscribe((event) => {
        events.push(event);
        leaveAtTheEnd();
      });
    // An item that does not arrive in 20 s is lost.
    subscription.add(asyncScheduler.schedule(() => subscription.unsubscribe(), 20_000));
    const playStep = (step: Step): number => playInMemory(server, transport, told, step);
    playInTurn(history, playStep, () => {
      server.delayRest(undefined);
      [post, note] = [server.post().id, server.notify().id];
      told.posts.push(post);
      told.notifications.push(note);
      leaveAtTheEnd(); // the faults may have ended by now
    });
    flush();
    server.close();
  });
  return { told, events };
}

/** Checks the received items. */
function expectNothingLost({ told, events }: { told: History; events: StreamEvent[] }): void {
  const posts = idsOf(events, 'update');
  // A post that was deleted while no client was connected may be missing.
  const expected = told.posts.filter((id) => !told.deleted.has(id) || posts.includes(id));
  expect(posts).toEqual(expected);
  expect(idsOf(events, 'notification')).toEqual(told.notifications);
}

describe.each<Transport>(['sse', 'websocket'])(
  'a user stream with catchUp over %s',
  (transport) => {
    const numRuns = Number(process.env['LOSSLESS_RUNS'] ?? 60);

    it(
      `loses and duplicates nothing, and keeps the order, in ${numRuns} random histories`,
      async () => {
        await fc.assert(
          fc.asyncProperty(steps, async (history) => {
            expectNothingLost(await received(transport, history));
          }),
          { numRuns, interruptAfterTimeLimit: numRuns * 400, markInterruptAsFailure: true },
        );
      },
      numRuns * 500,
    );

    const inMemory = Number(process.env['LOSSLESS_RUNS_IN_MEMORY'] ?? 2_500);

    it(`nor in ${inMemory} in virtual time`, { timeout: inMemory * 50 }, () => {
      withoutStacks();
      fc.assert(
        fc.property(steps, (history) => {
          expectNothingLost(receivedInMemory(transport, history));
        }),
        { numRuns: inMemory },
      );
    });
  },
);
