/**
 * Random histories against random faults, over real sockets and in memory, and over both transports: with
 * `catchUp` what was received is what was published, each once and in order. `LOSSLESS_RUNS=20000 npx vitest run --project
 * node spec/lossless` runs longer; fast-check prints the seed and the shrunk history of a failure.
 */
import fc from 'fast-check';
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodon } from 'mastodon-rx/testing';
import {
  createFakeMastodon,
  type FaultyServer as Fake,
  type MemoryMastodon,
} from 'mastodon-rx/testing/memory';
import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { textFrame } from '../helpers/fake.ts';

type Kind = 'post' | 'edit' | 'delete' | 'notify';
type Fault =
  | 'end'
  | 'drop'
  | 'reset'
  | 'half an event'
  | 'refused once'
  | 'refused twice'
  | 'restart'
  | 'REST slow'
  | 'REST fast'
  | 'REST 429'
  | 'REST 503'
  | 'silence';
type Step = Kind | Fault | 'breathe';

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Step>('post', 'post', 'notify', 'edit', 'delete') },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Step>(
        ...(['end', 'drop', 'reset', 'half an event', 'refused once', 'refused twice'] as const),
        ...(['restart', 'REST slow', 'REST fast', 'REST 429', 'REST 503', 'silence'] as const),
      ),
    },
    { weight: 2, arbitrary: fc.constant<Step>('breathe') },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Everything that was published, and what must therefore arrive. */
interface History {
  readonly posts: string[];
  readonly deleted: Set<string>;
  readonly notifications: string[];
}

type Transport = 'sse' | 'websocket';

/** The beginning of an event, as the transport has it. */
const HALF = {
  sse: 'event: update\ndata: {"id":"1","cont',
  websocket: textFrame('{"stream":["user"],"event":"upd', { final: false }),
} as const satisfies Record<Transport, unknown>;

/** How the server and the client are set up: silence is short, and so are the waits. */
const SERVER = { heartbeatInterval: 10, pingInterval: 40 } as const;
const CLIENT = {
  ...{ closeDelay: 1, catchUp: true, timeout: 100, connectTimeout: 200 },
  reconnect: { delay: 1, maxDelay: 2, jitter: false },
} as const;

/** Does what a step says, except for what takes time. */
function act(server: Fake, transport: Transport, history: History, step: Step): void {
  const { posts, deleted, notifications } = history;
  const alive = posts.filter((id) => !deleted.has(id));
  switch (step) {
    case 'post':
      posts.push(server.post().id);
      break;
    case 'notify':
      notifications.push(server.notify().id);
      break;
    case 'edit':
      if (alive[0]) server.edit({ id: alive[0], content: '<p>Edited</p>' });
      break;
    case 'delete':
      if (alive[0]) {
        deleted.add(alive[0]);
        server.remove(alive[0]);
      }
      break;
    case 'end':
      server.end();
      break;
    case 'drop':
      server.drop();
      break;
    case 'reset':
      server.reset();
      break;
    case 'half an event':
      server.write(HALF[transport]);
      server.drop();
      break;
    case 'refused once':
      server.failNext(503);
      server.end();
      break;
    case 'refused twice':
      server.failNext(503);
      server.failNext(429, { 'retry-after': '0' });
      server.drop();
      break;
    case 'REST slow':
      server.delayRest(5);
      break;
    case 'REST fast':
      server.delayRest(undefined);
      break;
    case 'REST 429':
      server.failNextRest(429, { 'retry-after': '0' });
      break;
    case 'REST 503':
      server.failNextRest(503);
      break;
    case 'silence':
      // No byte any more: the client leaves by itself, and what it tries next is silent, too.
      server.stall();
      break;
    case 'restart':
    case 'breathe':
  }
}

async function play(
  server: FakeMastodon,
  transport: Transport,
  history: History,
  step: Step,
): Promise<void> {
  act(server, transport, history, step);
  if (step === 'restart') await server.restart();
  if (step === 'breathe') await breathe(2);
  if (step === 'silence') {
    await server.waitForDisconnections();
    server.resume();
  }
}

/** The same in virtual time; returns how long it takes until the next step, in ms. */
function playInMemory(
  server: MemoryMastodon,
  transport: Transport,
  history: History,
  step: Step,
): number {
  act(server, transport, history, step);
  if (step === 'restart') server.restart();
  if (step === 'breathe') return 2;
  if (step !== 'silence') return 0;
  // Until the client has left, and perhaps tried again.
  asyncScheduler.schedule(() => server.resume(), CLIENT.timeout + CLIENT.connectTimeout / 2);
  return CLIENT.timeout + CLIENT.connectTimeout / 2;
}

/** Lets the sockets have their say: so many round trips through the event loop. */
async function breathe(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

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
    // The end of the history: one more of each kind, which come after all that was before them.
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

/** What is received of a history in virtual time. */
function receivedInMemory(
  transport: Transport,
  history: readonly Step[],
): { told: History; events: StreamEvent[] } {
  const told: History = { posts: [], deleted: new Set(), notifications: [] };
  const events: StreamEvent[] = [];
  new TestScheduler(() => undefined).run(({ flush }) => {
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
    // What does not come in 20 s is lost.
    subscription.add(asyncScheduler.schedule(() => subscription.unsubscribe(), 20_000));
    const [...steps] = history;
    asyncScheduler.schedule(function () {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        const wait = playInMemory(server, transport, told, step);
        if (wait === 0) continue;
        this.schedule(undefined, wait);
        return;
      }
      server.delayRest(undefined);
      [post, note] = [server.post().id, server.notify().id];
      told.posts.push(post);
      told.notifications.push(note);
      leaveAtTheEnd(); // they may have come by now
    }, 1);
    flush();
    server.close();
  });
  return { told, events };
}

/** What must hold of what was received. */
function expectNothingLost({ told, events }: { told: History; events: StreamEvent[] }): void {
  const posts = idsOf(events, 'update');
  // A post that was deleted while nobody listened cannot be known any more.
  const expected = told.posts.filter((id) => !told.deleted.has(id) || posts.includes(id));
  expect(posts).toEqual(expected);
  expect(idsOf(events, 'notification')).toEqual(told.notifications);
}

const idsOf = (events: readonly StreamEvent[], kind: 'update' | 'notification'): string[] =>
  events.flatMap((event) => (event.type === kind ? [event.payload.id] : []));

describe.each<Transport>(['sse', 'websocket'])(
  'a user stream with catchUp over %s',
  (transport) => {
    const numRuns = Number(process.env['LOSSLESS_RUNS'] ?? 300);

    it(
      `loses nothing and says nothing twice, in order, in ${numRuns} random histories`,
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

    const inMemory = Number(process.env['LOSSLESS_RUNS_IN_MEMORY'] ?? 5_000);

    it(`nor in ${inMemory} in virtual time`, { timeout: inMemory * 50 }, () => {
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0; // a third of the time would go into them
      onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
      fc.assert(
        fc.property(steps, (history) => {
          expectNothingLost(receivedInMemory(transport, history));
        }),
        { numRuns: inMemory },
      );
    });
  },
);
