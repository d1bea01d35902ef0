/** Many timelines of one server at once, like those of a dashboard. */
import type { Timelines } from 'mastodon-rx';
import type { FakeChannel } from 'mastodon-rx/testing';
import { expect, it } from 'vitest';
import { fake, inBrowser, overSse, timelinesOf } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

const EIGHT: readonly (readonly [FakeChannel, (of: Timelines) => ReturnType<Timelines['user']>])[] =
  [
    ['user:notification', (of) => of.userNotification()],
    ['direct', (of) => of.direct()],
    ['public', (of) => of.public()],
    ['public:local', (of) => of.public({ local: true })],
    ['public:media', (of) => of.public({ onlyMedia: true })],
    [['hashtag', 'rxjs'], (of) => of.hashtag('rxjs')],
    [['hashtag:local', 'rxjs'], (of) => of.hashtag('rxjs', { local: true })],
    [['list', '42'], (of) => of.list('42')],
  ];

/** The number of connections that a browser opens to a host over HTTP/1.1; further ones wait. */
const ROOM = inBrowser && overSse ? 6 : EIGHT.length;

it('eight timelines at once each receive their own events, as many as the browser connects', async () => {
  const server = await fake();
  const timelines = timelinesOf(server);
  const recordings = EIGHT.map(([, open]) => record(open(timelines)));
  const live = () => recordings.filter(({ values }) => values.length > 0);
  await server.waitForConnections(ROOM);
  await expect.poll(() => live().length, { timeout: 25_000 }).toBe(ROOM);
  expect(server.connections).toHaveLength(ROOM);

  const early = live();
  for (const [index, [channel]] of EIGHT.entries()) {
    server.publish(channel, { event: 'delete', payload: String(index) });
  }
  const deletesOf = (recording: (typeof recordings)[number]): unknown[] =>
    recording.values.filter(({ type }) => type === 'delete').map(({ payload }) => payload);
  await Promise.all(early.map((recording) => recording.until(({ type }) => type === 'delete')));
  for (const recording of early) {
    expect(deletesOf(recording)).toEqual([String(recordings.indexOf(recording))]);
  }

  for (const recording of early.slice(0, EIGHT.length - ROOM)) recording.unsubscribe();
  await Promise.all(recordings.map((recording) => recording.until(1)));
});
