/** The first list that is scrolled down, while its code is being loaded: nothing in this file loads the code before. */
import { fakeStatus } from 'mastodon-rx/testing';
import { of, Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { BaseEvent } from '../../src/model/events.ts';
import { shareTimeline } from '../../src/operators/shareTimeline.ts';
import { toTimeline } from '../../src/operators/toTimeline.ts';

const update = (id: string): BaseEvent<string, unknown> => ({
  ...{ type: 'update', payload: fakeStatus({ id }), stream: ['user'] },
});

it('loses no event and no gap while the code is being loaded', async () => {
  const events$ = new Subject<BaseEvent<string, unknown>>();
  const page = { items: [fakeStatus({ id: '1' })], hasMore: false, lastId: '1' };
  const home$ = Object.assign(events$, { older: () => of(page) }).pipe(shareTimeline());
  const lists: string[][] = [];
  const gaps: unknown[] = [];
  const subscription = home$
    .pipe(toTimeline({ older$: of(''), onGaps: (left) => gaps.push(left) }))
    .subscribe((list) => lists.push(list.map(({ id }) => id)));

  const gap = { after: '2', before: '3' };
  const payload = { recovered: 0, complete: false, cursor: {}, gaps: { status: [gap] } };
  events$.next(update('2'));
  events$.next({ type: 'caught-up', payload, stream: ['user'] });
  events$.next(update('3'));

  expect(lists.at(-1)).toEqual(['3', '2']);
  await expect.poll(() => lists.at(-1)).toEqual(['3', '2', '1']);
  expect(gaps).toEqual([[gap]]);
  subscription.unsubscribe();
});
