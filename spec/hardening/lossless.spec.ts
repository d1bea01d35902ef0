/**
 * Random histories against random faults, over real sockets and both transports: with `catchUp` what was
 * received is what was published, each once and in order. `LOSSLESS_RUNS=20000 npx vitest run --project
 * node spec/lossless` runs longer; fast-check prints the seed and the shrunk history of a failure.
 */
import fc from 'fast-check';
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
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

async function play(
  server: FakeMastodon,
  transport: Transport,
  history: History,
  step: Step,
): Promise<void> {
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
    case 'restart':
      await server.restart();
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
      await server.waitForDisconnections();
      server.resume();
      break;
    case 'breathe':
      await breathe(2);
  }
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
  const server = await startFakeMastodon({ heartbeatInterval: 10, pingInterval: 10 });
  const told: History = { posts: [], deleted: new Set(), notifications: [] };
  const events: StreamEvent[] = [];
  const timelines = createTimelines({
    baseUrl: server.url,
    streamingUrl: server.url,
    accessToken: server.token,
    transport,
    closeDelay: 1,
    catchUp: true,
    timeout: 100,
    connectTimeout: 200,
    reconnect: { delay: 1, maxDelay: 2, jitter: false },
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
            const { told, events } = await received(transport, history);
            const posts = idsOf(events, 'update');
            // A post that was deleted while nobody listened cannot be known any more.
            const expected = told.posts.filter((id) => !told.deleted.has(id) || posts.includes(id));
            expect(posts).toEqual(expected);
            expect(idsOf(events, 'notification')).toEqual(told.notifications);
          }),
          { numRuns, interruptAfterTimeLimit: numRuns * 400, markInterruptAsFailure: true },
        );
      },
      numRuns * 500,
    );
  },
);
