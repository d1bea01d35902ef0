/** Reproduces an order of events that the playground once showed, with its fake: a live post before `caught-up`. */
import type { StreamEvent } from 'mastodon-rx';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Misses a post, and posts another one that many ms after the connection is open again. */
async function told(delay: number): Promise<string[]> {
  const server = createFakeMastodon();
  const lines: string[] = [];
  const lineOf = ({ type, payload, recovered }: StreamEvent): string => {
    if (type !== 'update') return type;
    return `${payload.content} ${recovered === true ? 'recovered' : 'live'}`;
  };
  const config = { reconnect: true, catchUp: true };
  const subscription = server
    .timelines(config)
    .user()
    .subscribe((event) => {
      lines.push(lineOf(event));
      if (event.type !== 'connected' || event.payload.attempt === 0) return;
      if (delay === 0) server.post({ content: 'new' });
      else setTimeout(() => server.post({ content: 'new' }), delay);
    });
  await vi.advanceTimersByTimeAsync(100);
  server.drop();
  server.post({ content: 'missed' });
  await vi.advanceTimersByTimeAsync(10_000);
  subscription.unsubscribe();
  return lines.slice(lines.indexOf('disconnected') + 1).filter((line) => line !== 'heartbeat');
}

describe('a live event during the catch-up', () => {
  it('is emitted in its place before caught-up if the requested page has it, too', async () => {
    expect(await told(0)).toEqual(['connected', 'missed recovered', 'new live', 'caught-up']);
  });

  it('is emitted after caught-up if the page does not have it', async () => {
    expect(await told(50)).toEqual(['connected', 'missed recovered', 'caught-up', 'new live']);
  });
});
