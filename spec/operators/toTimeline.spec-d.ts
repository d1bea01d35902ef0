import type * as t from 'io-ts';
import { merge, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import { boundedMergeMap } from '../../src/operators/boundedMergeMap.ts';
import { cursorOf } from '../../src/model/cursorOf.ts';
import type { Cursor } from '../../src/model/events.ts';
import { distinctEvents } from '../../src/operators/distinctEvents.ts';
import type { Status } from '../../src/model/entities/status.ts';
import type { EventOf, StreamEvent } from '../../src/model/events.ts';
import { ofType } from '../../src/operators/ofType.ts';
import { toAsyncIterable } from '../../src/operators/toAsyncIterable.ts';
import { toTimeline } from '../../src/operators/toTimeline.ts';

type MyEvent = StreamEvent<{ emoji_reaction: t.Type<{ name: string }> }>;

declare const events$: Observable<StreamEvent>;
declare const posts$: Observable<Status>;
declare const mine$: Observable<MyEvent>;

describe('toTimeline', () => {
  it('accepts any events, and emits readonly lists', () => {
    expectTypeOf(events$.pipe(toTimeline())).toEqualTypeOf<Observable<readonly Status[]>>();
    expectTypeOf(mine$.pipe(toTimeline({ limit: 400 }))).toEqualTypeOf<
      Observable<readonly Status[]>
    >();
    expectTypeOf(events$.pipe(ofType('update'), toTimeline())).toEqualTypeOf<
      Observable<readonly Status[]>
    >();
    // @ts-expect-error -- posts are not events
    events$.pipe(toTimeline(), toTimeline());
  });

  it('starts from a page, a promise or an Observable of pages', () => {
    toTimeline({ initial: [] as readonly Status[] });
    toTimeline({ initial: Promise.resolve([] as Status[]) });
    toTimeline({ initial: events$.pipe(toTimeline()) });
    // @ts-expect-error -- an Observable of posts, not of pages
    toTimeline({ initial: posts$ });
  });
});

describe('distinctEvents', () => {
  it('keeps the type of the events', () => {
    expectTypeOf(merge(events$, events$).pipe(distinctEvents())).toEqualTypeOf(events$);
    expectTypeOf(mine$.pipe(distinctEvents({ capacity: 1 }))).toEqualTypeOf(mine$);
  });
});

describe('boundedMergeMap', () => {
  it('infers the types that it projects and drops', () => {
    const updates$ = events$.pipe(ofType('update'));
    const result$ = updates$.pipe(
      boundedMergeMap(({ payload }, index) => Promise.resolve([payload.id, index] as const), {
        onDrop: (dropped, total) => {
          expectTypeOf(dropped).toEqualTypeOf<EventOf<'update'>>();
          expectTypeOf(total).toEqualTypeOf<number>();
        },
      }),
    );
    expectTypeOf(result$).toEqualTypeOf<Observable<readonly [string, number]>>();
  });
});

describe('toAsyncIterable', () => {
  it('iterates with the type of the source', () => {
    expectTypeOf(toAsyncIterable(mine$)).toEqualTypeOf<AsyncIterable<MyEvent>>();
    const values = toAsyncIterable(events$.pipe(ofType('notification')), {
      onDrop: (dropped) => {
        expectTypeOf(dropped).toEqualTypeOf<EventOf<'notification'>>();
      },
    });
    expectTypeOf(values).toEqualTypeOf<AsyncIterable<EventOf<'notification'>>>();
  });
});

describe('cursorOf', () => {
  it('is undefined only if the event moves no cursor', () => {
    const read = (event: MyEvent) => cursorOf(event);
    const moved = (event: StreamEvent, cursor: Cursor) => cursorOf(event, cursor);
    expectTypeOf(read).returns.toEqualTypeOf<Cursor | undefined>();
    expectTypeOf(moved).returns.toEqualTypeOf<Cursor>();
  });
});
