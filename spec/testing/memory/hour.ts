/** An hour of a stream with faults: a schedule that runs by any clock. */
import type { StreamEvent } from 'mastodon-rx';
import {
  createFakeMastodon,
  type MemoryMastodon,
  type MemoryMastodonConfig,
  type MemoryTimelinesConfig,
} from 'mastodon-rx/testing/memory';
import { asyncScheduler, merge } from 'rxjs';

const MINUTE = 60_000;

/** The faults of the server by the minute; for a while it redirects to the other one. */
const HAPPENINGS: readonly (readonly [
  minute: number,
  happen: (server: MemoryMastodon, other: MemoryMastodon) => void,
])[] = [
  [1, (server) => void server.post({ content: 'one' })],
  [2, (server) => server.end()],
  [3, (server) => server.drop()],
  [3.01, (server) => void server.notify({ type: 'follow' })],
  [4, (server) => server.reset()],
  [5, (server) => server.stall()],
  [5.5, (server) => void server.post({ content: 'into the silence' })],
  [8, (server) => server.resume()],
  [10, (server) => server.failNext(503)],
  [10, (server) => server.failNext(429, { 'retry-after': '30' })],
  [10, (server) => server.end()],
  [10.1, (server) => void server.post({ content: 'while refused' })],
  [12, (server) => server.failNextRest(503)],
  [12, (server) => server.drop()],
  [12, (server) => void server.post({ content: 'not even over REST' })],
  [14, (server) => server.delayHeaders(45_000)],
  [14, (server) => server.drop()],
  [16, (server) => server.delayHeaders(undefined)],
  [18, (server) => server.throttle({ bytes: 100, every: 1_000 })],
  [18, (server) => void server.post({ content: 'drop by drop' })],
  [22, (server) => server.throttle(undefined)],
  [24, (server) => server.restart()],
  [26, (server) => server.stop()],
  [27, (server) => void server.post({ content: 'to nobody' })],
  [28, (server) => server.start()],
  [32, (server) => server.redirect('https://streams.example')],
  [32, (server) => server.end()],
  [34, (server) => server.redirect(undefined)],
  [35, (_server, other) => other.drop()],
  [36, (server) => server.write('event: update\ndata: {"id":')],
  [36, (server) => server.drop()],
  [40, (server) => server.health(false)],
  [44, (server) => server.health(true)],
  [58, (server) => server.revoke(server.token)],
  [58.1, (server) => server.drop()],
];

/** The output, with times in ms. */
export interface Hour {
  readonly said: readonly (readonly [ms: number, what: string, detail: unknown])[];
}

const detailOf = ({ type, payload }: StreamEvent): unknown => {
  if (type === 'disconnected') {
    const { error, retryIn } = payload as { readonly error: Error; readonly retryIn: number };
    return [error.name, error.message, retryIn];
  }
  return payload;
};

/** Starts the hour; the output is complete when the clock has passed it. */
export function beginHour(
  config: MemoryMastodonConfig,
  timelinesConfig: MemoryTimelinesConfig,
): Hour {
  const other = createFakeMastodon({ ...config, url: 'https://streams.example' });
  const server = createFakeMastodon({ ...config, neighbours: [other] });
  const timelines = server.timelines(timelinesConfig);
  const begun = asyncScheduler.now();
  const said: [number, string, unknown][] = [];
  const say = (what: string, detail: unknown): void => {
    said.push([asyncScheduler.now() - begun, what, detail]);
  };
  const subscription = merge(timelines.user(), timelines.public()).subscribe({
    next: (event) => say(`${event.stream.join()} ${event.type}`, detailOf(event)),
    error: (error: unknown) => say('error', String(error)),
  });
  subscription.add(timelines.healthy$.subscribe((healthy) => say('healthy', healthy)));
  for (const [minute, happen] of HAPPENINGS) {
    asyncScheduler.schedule(() => happen(server, other), minute * MINUTE);
  }
  asyncScheduler.schedule(() => {
    subscription.unsubscribe();
    server.close();
    other.close();
  }, 60 * MINUTE);
  return { said };
}
