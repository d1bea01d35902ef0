/** The types are part of the contract: narrowing, the union of events, and wrong calls that do not compile. */
import * as t from 'io-ts';
import {
  type TimelineStream,
  createTimelines,
  decodeEvents,
  ofType,
  reconnect,
  sse,
  type STREAM_EVENTS,
  type ConnectionPayloads,
  type EventOf,
  type MastodonError,
  type Notification,
  type ServerPayloads,
  type Status,
  type StreamEvent,
  type Timelines,
} from 'mastodon-rx';
import { of, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

const timelines = createTimelines({ baseUrl: 'https://mastodon.example' });

describe('the union', () => {
  it('has all its event names in a list', () => {
    expectTypeOf<(typeof STREAM_EVENTS)[number]>().toEqualTypeOf<keyof ServerPayloads>();
  });

  it('has these members, and no others', () => {
    expectTypeOf<StreamEvent['type']>().toEqualTypeOf<
      keyof ServerPayloads | keyof ConnectionPayloads | 'unknown'
    >();
  });

  it('narrows by type', () => {
    const see = (event: StreamEvent): void => {
      switch (event.type) {
        case 'update':
        case 'status.update':
          expectTypeOf(event.payload).toEqualTypeOf<Status>();
          break;
        case 'notification':
          expectTypeOf(event.payload).toEqualTypeOf<Notification>();
          break;
        case 'delete':
        case 'announcement.delete':
          expectTypeOf(event.payload).toEqualTypeOf<string>();
          break;
        case 'filters_changed':
        case 'notifications_merged':
          expectTypeOf(event.payload).toEqualTypeOf<undefined>();
          break;
        case 'unknown':
          expectTypeOf(event.payload.data).toEqualTypeOf<unknown>();
          expectTypeOf(event.payload.problems).toEqualTypeOf<readonly string[] | undefined>();
          break;
        case 'disconnected':
          expectTypeOf(event.payload.error).toEqualTypeOf<MastodonError>();
          expectTypeOf(event.payload.retryIn).toEqualTypeOf<number>();
          break;
        default:
      }
    };
    expectTypeOf(see).toBeFunction();
  });

  it('is what every timeline emits', () => {
    expectTypeOf(timelines).toEqualTypeOf<Timelines>();
    expectTypeOf(timelines.user()).toEqualTypeOf<TimelineStream>();
    expectTypeOf(
      timelines.hashtag('rxjs', { local: true, timeout: 1 }),
    ).toEqualTypeOf<TimelineStream>();
    expectTypeOf(timelines.healthy$).toEqualTypeOf<Observable<boolean>>();
  });

  it('has a member for each type', () => {
    expectTypeOf<EventOf<'update'>['payload']>().toEqualTypeOf<Status>();
    expectTypeOf<EventOf<'connected'>['payload']>().toEqualTypeOf<{ readonly attempt: number }>();
    // @ts-expect-error -- the event does not exist
    expectTypeOf<EventOf<'toot'>>().toBeNever();
  });
});

describe('ofType', () => {
  it('narrows a pipe to the named members', () => {
    const posts$ = timelines.user().pipe(ofType('update', 'status.update'));
    expectTypeOf(posts$).toEqualTypeOf<Observable<EventOf<'update'> | EventOf<'status.update'>>>();
    const deletes$ = timelines.user().pipe(ofType('delete'));
    expectTypeOf(deletes$).toEqualTypeOf<Observable<EventOf<'delete'>>>();
  });

  it('has no type for a name outside the union', () => {
    // @ts-expect-error -- misspelt
    timelines.user().pipe(ofType('updat'));
  });
});

describe('custom events', () => {
  const EmojiReaction = t.type({ name: t.string, count: t.number }, 'EmojiReaction');
  const events = { emoji_reaction: EmojiReaction };
  type Own = typeof events;
  const own = createTimelines({ baseUrl: 'https://mastodon.example', events });

  it('join the union, typed', () => {
    expectTypeOf(own).toEqualTypeOf<Timelines<Own>>();
    const reactions$ = own.user().pipe(ofType('emoji_reaction'));
    expectTypeOf(reactions$).toEqualTypeOf<Observable<EventOf<'emoji_reaction', Own>>>();
    expectTypeOf<EventOf<'emoji_reaction', Own>['payload']>().toEqualTypeOf<{
      name: string;
      count: number;
    }>();
    expectTypeOf<EventOf<'update', Own>['payload']>().toEqualTypeOf<Status>();
  });

  it('are not in the union of a client without them', () => {
    // @ts-expect-error -- no such event here
    timelines.user().pipe(ofType('emoji_reaction'));
  });
});

describe('the operators of the pipe', () => {
  it('are compatible', () => {
    const events$ = of(new Uint8Array()).pipe(
      sse({ maxEventLength: 1_000 }),
      decodeEvents({ stream: ['user'] }),
      reconnect(5_000, ['user']),
    );
    expectTypeOf(events$).toEqualTypeOf<Observable<StreamEvent>>();
  });
});

describe('a wrong call', () => {
  it('does not compile', () => {
    // @ts-expect-error -- ids are strings
    expectTypeOf(() => timelines.list(42)).toBeFunction();
    // @ts-expect-error -- the option does not exist
    expectTypeOf(() => timelines.user({ reconect: true })).toBeFunction();
    // @ts-expect-error -- a hashtag needs a tag
    expectTypeOf(() => timelines.hashtag()).toBeFunction();
    // @ts-expect-error -- a base URL is needed
    expectTypeOf(() => createTimelines({})).toBeFunction();
  });
});
