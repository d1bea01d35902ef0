/** What a listener may look like, as the compiler sees it. */
import * as t from 'io-ts';
import {
  CallbackStreamListener,
  createTimelines,
  handlerNameOf,
  ofType,
  STREAM_EVENTS,
  StreamListener,
  toListener,
  type Announcement,
  type AnnouncementReaction,
  type ConnectionPayloads,
  type Conversation,
  type HandlerNameOf,
  type Listener,
  type MastodonError,
  type Notification,
  type ServerPayloads,
  type Status,
  type StreamHandle,
  type StreamHandlers,
} from 'mastodon-rx';
import { filter, map, merge, Subscription, take, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

const baseUrl = 'https://mastodon.example';
const timelines = createTimelines({ baseUrl });
const EmojiReaction = t.type({ name: t.string, count: t.number });
type EmojiReaction = t.TypeOf<typeof EmojiReaction>;
const withEvents = createTimelines({
  baseUrl,
  events: { emoji_reaction: EmojiReaction, abort: t.string },
});

type Stream = readonly string[];
type ArgsOf<Name extends keyof StreamListener> = Parameters<StreamListener[Name]>;

describe('the handlers', () => {
  it('get the payload of their event, and the stream', () => {
    expectTypeOf<ArgsOf<'onUpdate'>>().toEqualTypeOf<[Status, Stream]>();
    expectTypeOf<ArgsOf<'onLocalUpdate'>>().toEqualTypeOf<[Status, Stream]>();
    expectTypeOf<ArgsOf<'onStatusUpdate'>>().toEqualTypeOf<[Status, Stream]>();
    expectTypeOf<ArgsOf<'onNotification'>>().toEqualTypeOf<[Notification, Stream]>();
    expectTypeOf<ArgsOf<'onDelete'>>().toEqualTypeOf<[string, Stream]>();
    expectTypeOf<ArgsOf<'onFiltersChanged'>>().toEqualTypeOf<[Stream]>();
    expectTypeOf<ArgsOf<'onConversation'>>().toEqualTypeOf<[Conversation, Stream]>();
    expectTypeOf<ArgsOf<'onAnnouncement'>>().toEqualTypeOf<[Announcement, Stream]>();
    expectTypeOf<ArgsOf<'onAnnouncementReaction'>>().toEqualTypeOf<
      [AnnouncementReaction, Stream]
    >();
    expectTypeOf<ArgsOf<'onAnnouncementDelete'>>().toEqualTypeOf<[string, Stream]>();
    expectTypeOf<ArgsOf<'onNotificationsMerged'>>().toEqualTypeOf<[Stream]>();
    expectTypeOf<ArgsOf<'onEncryptedMessage'>>().toEqualTypeOf<[unknown, Stream]>();
    expectTypeOf<ArgsOf<'onUnknownEvent'>>().toEqualTypeOf<[string, unknown, Stream]>();
    expectTypeOf<ArgsOf<'onAnyEvent'>>().toEqualTypeOf<[string, unknown, Stream]>();
    expectTypeOf<ArgsOf<'onHeartbeat'>>().toEqualTypeOf<[Stream]>();
    expectTypeOf<ArgsOf<'onAbort'>>().toEqualTypeOf<[Error, Stream | undefined]>();
  });

  it('of the class and of the union are the same', () => {
    expectTypeOf<keyof StreamListener>().toEqualTypeOf<keyof StreamHandlers>();
    expectTypeOf<StreamListener>().toExtend<StreamHandlers>();
    expectTypeOf<{ [Name in keyof StreamHandlers]: ArgsOf<Name> }>().toEqualTypeOf<{
      [Name in keyof StreamHandlers]: Parameters<StreamHandlers[Name]>;
    }>();
  });

  it('are there for every event of the union: one without does not compile', () => {
    type Names<Payloads> = HandlerNameOf<keyof Payloads & string>;
    expectTypeOf<Names<ServerPayloads>>().toExtend<keyof StreamListener>();
    expectTypeOf<Names<Omit<ConnectionPayloads, 'heartbeat' | 'disconnected'>>>().toExtend<
      keyof StreamListener
    >();

    type WithPin = StreamHandlers & { onStatusPinned: (status: Status, stream: Stream) => void };
    // @ts-expect-error -- onStatusPinned is missing
    class Old extends StreamListener implements WithPin {}
    class New extends StreamListener implements WithPin {
      onStatusPinned(): void {
        throw new Error('never called');
      }
    }
    expectTypeOf([Old, New]).toBeArray();
  });

  it('may be overridden with fewer parameters, not with others', () => {
    class Fine extends StreamListener {
      override onDelete(id: string): void {
        expectTypeOf(id).toBeString();
      }
      override onAbort(error: MastodonError): void {
        expectTypeOf(error.retryable).toBeBoolean();
      }
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- what it rejects with is reported
      override async onNotification(notification: Notification): Promise<void> {
        await Promise.resolve(notification);
      }
    }
    class Wrong extends StreamListener {
      // @ts-expect-error -- ids are strings
      override onDelete(id: number): void {
        expectTypeOf(id).toBeNumber();
      }
    }
    expectTypeOf([Fine, Wrong]).toBeArray();
  });
});

describe('handlerNameOf', () => {
  it('knows the name as a type', () => {
    expectTypeOf(handlerNameOf('emoji_reaction')).toEqualTypeOf<'onEmojiReaction'>();
    expectTypeOf<HandlerNameOf<'status.update'>>().toEqualTypeOf<'onStatusUpdate'>();
    expectTypeOf<HandlerNameOf<'a.b_c:d-e'>>().toEqualTypeOf<'onABCDE'>();
    const name: string = STREAM_EVENTS[0];
    expectTypeOf(handlerNameOf(name)).toExtend<string>();
  });
});

describe('toListener', () => {
  it('makes a handle of a stream, wherever it stands in the pipe', () => {
    const handle = toListener(timelines.user(), new StreamListener());
    expectTypeOf(handle).toEqualTypeOf<StreamHandle>();
    expectTypeOf(handle.done).toEqualTypeOf<Promise<void>>();
  });

  it('leaves the types of other pipes as they were', () => {
    const ids$ = timelines.user().pipe(
      ofType('update', 'delete'),
      map((event) => (event.type === 'update' ? event.payload.id : event.payload)),
      filter((id) => id.length > 3),
      take(1),
    );
    expectTypeOf(ids$).toEqualTypeOf<Observable<string>>();
    expectTypeOf(ids$.pipe(map((id) => id.length))).toEqualTypeOf<Observable<number>>();
    expectTypeOf(ids$.pipe()).toEqualTypeOf<Observable<string>>();
    // @ts-expect-error -- lengths are numbers
    expectTypeOf<Observable<string>>(ids$.pipe(map((id) => id.length))).toBeObject();
    // @ts-expect-error -- 5 is no operator
    ids$.pipe(5);
  });

  it('takes a plain object with some of the handlers, and types their parameters', () => {
    const handle = toListener(merge(timelines.user(), timelines.public()), {
      onUpdate: (status, stream) => {
        expectTypeOf(status).toEqualTypeOf<Status>();
        expectTypeOf(stream).toEqualTypeOf<Stream>();
      },
      onAbort: (error) => {
        expectTypeOf(error).toEqualTypeOf<Error>();
      },
      onAnyEvent: undefined,
    });
    expectTypeOf(handle).toEqualTypeOf<StreamHandle>();
    toListener(timelines.user(), { onAbort: (error: MastodonError) => error.retryable });
  });

  it('refuses a misspelt handler, a wrong parameter and what is no listener', () => {
    // @ts-expect-error -- onUpdat
    toListener(timelines.user(), { onUpdat: () => undefined });
    // @ts-expect-error -- ids are strings
    toListener(timelines.user(), { onDelete: (id: number) => id });
    // @ts-expect-error -- no listener
    toListener(timelines.user(), () => undefined);
    // @ts-expect-error -- these are no events
    toListener(timelines.healthy$, {});
  });

  it('takes events of one’s own codecs, typed', () => {
    toListener(withEvents.user(), {
      onEmojiReaction: (reaction, stream) => {
        expectTypeOf(reaction).toEqualTypeOf<EmojiReaction>();
        expectTypeOf(stream).toEqualTypeOf<Stream>();
      },
      onUpdate: (status) => {
        expectTypeOf(status).toEqualTypeOf<Status>();
      },
      // The event "abort" does not reach it.
      onAbort: (error) => {
        expectTypeOf(error).toEqualTypeOf<Error>();
      },
    });
    class Fitting extends StreamListener {
      onEmojiReaction({ count }: EmojiReaction): void {
        expectTypeOf(count).toBeNumber();
      }
    }
    toListener(withEvents.user(), new Fitting());
    toListener(timelines.user(), new Fitting());
    class Other extends StreamListener {
      onEmojiReaction(id: string): void {
        expectTypeOf(id).toBeString();
      }
    }
    // @ts-expect-error -- the codec says otherwise
    toListener(withEvents.user(), new Other());
  });

  it('takes filtered streams, and all handlers with them', () => {
    toListener(timelines.user().pipe(ofType('update', 'delete')), {
      onDelete: (id) => id.length,
      onUpdate: (status) => status.id,
    });
    toListener(timelines.user().pipe(ofType('update')), new StreamListener());
  });
});

describe('a StreamHandle', () => {
  it('is a teardown and a resource', () => {
    const handle = toListener(timelines.user(), {});
    new Subscription().add(handle);
    expectTypeOf(handle).toExtend<Disposable>();
    expectTypeOf(handle).toExtend<AsyncDisposable>();
  });
});

describe('CallbackStreamListener', () => {
  it('types its callbacks', () => {
    const listener = new CallbackStreamListener({
      onUpdate: (status, stream) => {
        expectTypeOf(status).toEqualTypeOf<Status>();
        expectTypeOf(stream).toEqualTypeOf<Stream>();
      },
      onLocalUpdate: (status) => {
        expectTypeOf(status).toEqualTypeOf<Status>();
      },
      onFiltersChanged: () => undefined,
      onAnyEvent: (name) => {
        expectTypeOf(name).toBeString();
      },
    });
    expectTypeOf(listener).toExtend<StreamListener>();
    expectTypeOf(listener).toExtend<Listener>();
  });

  it('refuses misspelt ones', () => {
    // @ts-expect-error -- onUpdat
    expectTypeOf(new CallbackStreamListener({ onUpdat: () => undefined })).toBeObject();
    // @ts-expect-error -- update_handler is Mastodon.py's
    expectTypeOf(new CallbackStreamListener({ update_handler: () => undefined })).toBeObject();
    // @ts-expect-error -- ids are strings
    expectTypeOf(new CallbackStreamListener({ onDelete: (id: number) => id })).toBeObject();
  });
});
