/** Random histories of a Mastodon and its network, and functions that play them over sockets and in memory. */
import fc from 'fast-check';
import type { StreamEvent } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import type { FaultyServer as Fake, MemoryMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { onTestFinished } from 'vitest';
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
export type Step = Kind | Fault | 'breathe';

export const steps = fc.array(
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

/** The items that were published, and must therefore arrive. */
export interface History {
  readonly posts: string[];
  readonly deleted: Set<string>;
  readonly notifications: string[];
}

export type Transport = 'sse' | 'websocket';

/** The beginning of an event, in the format of the transport. */
const HALF = {
  sse: 'event: update\ndata: {"id":"1","cont',
  websocket: textFrame('{"stream":["user"],"event":"upd', { final: false }),
} as const satisfies Record<Transport, unknown>;

/** The configurations of the server and the client: short timeouts and short waits. */
export const SERVER = { heartbeatInterval: 10, pingInterval: 40 } as const;
export const CLIENT = {
  ...{ closeDelay: 1, catchUp: true, timeout: 100, connectTimeout: 200 },
  reconnect: { delay: 1, maxDelay: 2, jitter: false },
} as const;

/** Does a step, except for the steps that take time. */
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
      // The server sends nothing any more: the client disconnects, and its next attempts time out, too.
      server.stall();
      break;
    case 'restart':
    case 'breathe':
  }
}

export async function play(
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

/** Does a step in virtual time; returns the time until the next step, in ms. */
export function playInMemory(
  server: MemoryMastodon,
  transport: Transport,
  history: History,
  step: Step,
): number {
  act(server, transport, history, step);
  if (step === 'restart') server.restart();
  if (step === 'breathe') return 2;
  if (step !== 'silence') return 0;
  // Until the client has disconnected, and perhaps retried.
  asyncScheduler.schedule(() => server.resume(), CLIENT.timeout + CLIENT.connectTimeout / 2);
  return CLIENT.timeout + CLIENT.connectTimeout / 2;
}

/**
 * Plays steps in virtual time, each after the wait of the one before, then the end.
 *
 * @param play - does a step, and returns the time until the next, in ms.
 */
export function playInTurn<S>(
  steps: readonly S[],
  play: (step: S) => number,
  end: () => void,
): void {
  const left = [...steps];
  asyncScheduler.schedule(function () {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const wait = play(step);
      if (wait === 0) continue;
      this.schedule(undefined, wait);
      return;
    }
    end();
  }, 1);
}

/** The ids of the events of a kind, in the order of arrival. */
export const idsOf = (events: readonly StreamEvent[], kind: 'update' | 'notification'): string[] =>
  events.flatMap((event) => (event.type === kind ? [event.payload.id] : []));

/** Makes errors without stacks until the test ends, since stacks would take a third of the time. */
export function withoutStacks(): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
}

/** Runs a history in virtual time. */
export function inVirtualTime(history: (flush: () => void) => void): void {
  try {
    new TestScheduler(() => undefined).run(({ flush }) => history(flush));
  } catch (error) {
    // TestScheduler of RxJS 7.8 fails if an action cancels another one that is due at the same time. Another
    // history is tried.
    fc.pre(!(error instanceof Error) || error.message !== 'Expected a due immediate or interval');
    throw error;
  }
}

/** Waits for that many round trips through the event loop. */
async function breathe(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
