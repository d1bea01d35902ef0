/** Catching up without a network; what a server does meanwhile is in spec/transport/catchUp.spec.ts. */
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { fakeStatus } from 'mastodon-rx/testing';
import { firstValueFrom } from 'rxjs';
import { beforeAll, expect, it } from 'vitest';
import { marbles } from './helpers/marbles.ts';
import { STREAM_HEADERS, virtualServer, type VirtualRequest } from './helpers/virtualServer.ts';

const url = 'http://127.0.0.1:1';

const beginStream = (request: VirtualRequest): void => {
  request.head(200, STREAM_HEADERS);
  request.write(':)\n');
};

const timelinesWith = (answer: (request: VirtualRequest) => void) =>
  createTimelines({ baseUrl: url, streamingUrl: url, dispatcher: virtualServer(answer) });

// The first stream loads undici, which virtual time does not wait for.
beforeAll(() => firstValueFrom(timelinesWith(beginStream).public()));

it('goes through a thousand pages that are there in the turn in which they are asked for', () => {
  const pages = 1_000;
  let asked = 0;
  const timelines = timelinesWith((request) => {
    if (request.path.startsWith('/api/v1/streaming/')) {
      beginStream(request);
      return;
    }
    const page = asked++ < pages ? [fakeStatus({ id: String(asked) })] : [];
    request.head(200, { 'content-type': 'application/json' });
    request.write(JSON.stringify(page));
    request.end();
  });
  const events: StreamEvent[] = [];

  marbles(({ flush }) => {
    const subscription = timelines
      .public({ resumeFrom: { status: '0' }, catchUp: { maxItems: 2 * pages } })
      .subscribe((event) => {
        events.push(event);
        if (event.type === 'caught-up') subscription.unsubscribe();
      });
    flush();
  });

  expect(asked).toBe(pages + 1);
  expect(events.at(-1)).toMatchObject({
    type: 'caught-up',
    payload: { recovered: pages, complete: true, cursor: { status: String(pages) } },
  });
});
