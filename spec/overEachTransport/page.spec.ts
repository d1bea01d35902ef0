/** Streams in a page that is hidden, frozen or offline, over real connections; spec/platform/pageLifecycle.spec.ts has its events one by one. */
import { shareTimeline, type StreamEvent } from 'mastodon-rx';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { closed, fake, fromServer, overSse, ready, timelinesOf } from '../helpers/fake.ts';
import { testPage } from '../helpers/page.ts';
import { record, type Recording } from '../helpers/record.ts';

/** A wait longer than any test, so that only the page's events can end it. */
const reconnect = { delay: 600_000, maxDelay: 600_000, jitter: false } as const;

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const losses = (recording: Recording<StreamEvent>): unknown[] =>
  recording.values.flatMap((event) =>
    event.type === 'disconnected' ? [event.payload.error.message] : [],
  );

describe('in a page', () => {
  it.each([
    ['offline', 'goOffline', 'goOnline', 'The browser is offline'],
    ['in the back/forward cache', 'leave', 'comeBack', 'The page was left'],
  ] as const)(
    'that is %s, closes every connection, and reopens each when the page is back',
    async (...row) => {
      const [, go, comeBack, message] = row;
      const page = testPage();
      const server = await fake();
      const timelines = timelinesOf(server, { reconnect, catchUp: true, closeDelay: 600_000 });
      const first = record(timelines.public());
      const second = record(timelines.hashtag('rxjs'));
      await ready(server, first);
      await ready(server, second);
      await server.waitForConnections(2);
      server.post({ content: 'before' });
      await first.until(({ type }) => type === 'update');

      page[go]();
      await (go === 'leave' ? closed(server) : server.waitForDisconnections());
      expect([losses(first), losses(second)]).toEqual([[message], [message]]);
      server.post({ content: 'meanwhile' });
      page[comeBack]();
      await second.until(attempt(1));
      await first.until(({ type }) => type === 'caught-up');
      await server.waitForConnections(2);
      server.post({ content: 'after' });
      await first.until((event) => event.type === 'update' && event.payload.content === 'after');

      const posts = first.values.flatMap((event) =>
        event.type === 'update' ? [[event.payload.content, event.recovered ?? false]] : [],
      );
      expect(posts).toEqual([
        ['before', false],
        ['meanwhile', true],
        ['after', false],
      ]);
    },
  );

  it('that was frozen for longer than timeout, keeps a stream with data, and fails a silent one', async () => {
    const page = testPage();
    const [speaking, silent] = [await fake(), await fake()];
    const alive = record(timelinesOf(speaking, { reconnect }).public());
    const dead = record(timelinesOf(silent, { reconnect }).public());
    await ready(speaking, alive);
    await ready(silent, dead);

    vi.setSystemTime(Date.now() + 600_000);
    onTestFinished(() => void vi.useRealTimers());
    page.thaw();
    speaking.publish('public', { event: 'delete', payload: 'meanwhile' });
    await alive.until(({ payload }) => payload === 'meanwhile');
    await dead.until(({ type }) => type === 'disconnected');

    expect(losses(alive)).toEqual([]);
    expect(losses(dead)).toEqual([expect.stringContaining('silent for 60000 ms')]);
  });

  it('that is offline from the start, connects once it is online, without counting an attempt', async () => {
    const page = testPage();
    const server = await fake();
    const { url } = server;
    await server.stop();
    page.goOffline();
    const once = { ...reconnect, count: 1 };
    const recording = record(timelinesOf(server, { reconnect: once }).public());
    await recording.until(({ type }) => type === 'disconnected');
    await server.start();
    expect(server.url).toBe(url);
    page.goOnline();
    await ready(server, recording);
    server.drop();
    await recording.until((event) => event.type === 'disconnected' && losses(recording).length > 1);
    recording.unsubscribe();
  });

  it('that is left, closes a shared stream before its closeDelay is over', async () => {
    const page = testPage();
    const server = await fake();
    const shared$ = timelinesOf(server, { reconnect, closeDelay: 600_000 })
      .public()
      .pipe(shareTimeline({ closeDelay: 600_000 }));
    const recording = record(shared$);
    await ready(server, recording);
    recording.unsubscribe();
    expect(server.connections).toHaveLength(1);
    page.leave();
    await closed(server);
    // A new subscriber during the delay also waits for the page.
    page.comeBack();
    await server.waitForConnections();
    page.leave();
    await closed(server);
  });

  it.runIf(overSse)(
    'without reconnect, keeps the stream open when the browser goes offline',
    async () => {
      const page = testPage();
      const server = await fake();
      const recording = record(timelinesOf(server).public());
      await ready(server, recording);
      page.goOffline();
      server.publish('public', { event: 'delete', payload: '1' });
      await recording.until(({ type }) => type === 'delete');
      expect(fromServer(recording.values)).toEqual([['delete', '1']]);
    },
  );
});
