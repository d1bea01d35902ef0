import type { EventOf } from 'mastodon-rx';
import { fakeStatus } from 'mastodon-rx/testing';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { quiet } from '../../examples/testing/quiet.ts';

const post: EventOf<'update'> = {
  type: 'update',
  payload: fakeStatus(),
  stream: ['public'],
};
const thump: EventOf<'heartbeat'> = {
  type: 'heartbeat',
  payload: { comment: 'thump' },
  stream: ['public'],
};

it('speaks ten minutes after the last post, whatever the heart does', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable }) => {
    const events$ = hot('p 5m h 4m p 10m h 20m -', { p: post, h: thump });
    const unsubscribe = ' 30m !';
    const expected = '   19m 2ms x'; // 10 min after the second post

    const result$ = events$.pipe(quiet(600_000));
    expectObservable(result$, unsubscribe).toBe(expected, { x: 'Nothing was posted for 10 min' });
  });
});
