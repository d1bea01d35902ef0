import { asyncScheduler, of, share, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/connect/client.ts';
import { keepActive } from '../../src/policies/keepActive.ts';
import { fake, timelinesOf } from '../helpers/fake.ts';
import { marbles } from '../helpers/marbles.ts';
import { record } from '../helpers/record.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A client that records the times at which its token is requested: once for each request. */
function counting(token: () => Record<string, string>) {
  const times: number[] = [];
  let now = (): number => 0;
  const client = {
    baseUrl: new URL('https://mastodon.example'),
    get authorization$() {
      times.push(now());
      const headers = token();
      return 'fail' in headers ? throwError(() => new Error('no token')) : of(headers);
    },
  } as unknown as Client;
  return { client, times, clock: (read: () => number) => (now = read) };
}

describe('keepActive', () => {
  it('sends a request an hour after the first subscriber, and then one a day: 30 in 30 days', () => {
    const { client, times, clock } = counting(() => ({}));
    marbles(({ expectObservable }) => {
      clock(() => asyncScheduler.now());
      expectObservable(keepActive(client), `${30 * DAY}ms !`).toBe('-');
    });
    expect(times).toHaveLength(30);
    expect(times[0]).toBe(HOUR);
    expect(times[1]! - times[0]!).toBe(DAY);
  });

  it('is shared by the streams of a client, and stops with the last of them', () => {
    const { client, times } = counting(() => ({}));
    marbles(({ expectObservable }) => {
      const shared$ = keepActive(client).pipe(share());
      expectObservable(shared$, `${10 * DAY}ms !`).toBe('-');
      expectObservable(shared$, `${5 * DAY}ms !`).toBe('-');
    });
    expect(times).toHaveLength(10);
  });

  it('continues after a failed request', () => {
    const { client, times } = counting(() => ({ fail: '' }));
    marbles(({ expectObservable }) => {
      expectObservable(keepActive(client), `${3 * DAY}ms !`).toBe('-');
    });
    expect(times).toHaveLength(3);
  });

  it('sends no request while an ordinary stream connects', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).user());
    await recording.until(({ type }) => type === 'connected');
    recording.unsubscribe();
    expect(server.requests.filter(({ path }) => path.includes('markers'))).toEqual([]);
  });
});
