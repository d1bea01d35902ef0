import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { quiet } from '../../examples/testing/quiet.ts';

it('emits ten minutes after the last post, whether heartbeats arrive or not', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ cold, expectObservable }) => {
    const server = createFakeMastodon(); // sends a heartbeat every 15 s
    const posts = '      p 8m p 21m -';
    const unsubscribe = '30m !';
    const expected = '   18m 1ms x'; // 10 min after the second post

    cold(posts).subscribe(() => server.post());
    const result$ = server.timelines().public().pipe(quiet(600_000));
    expectObservable(result$, unsubscribe).toBe(expected, { x: 'Nothing was posted for 10 min' });
  });
});
