/** The types of listeners. */
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
  it('receive the payload of their event, and the stream', () => {
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

  it('have the same types in the class and in the union', () => {
    expectTypeOf<keyof StreamListener>().toEqualTypeOf<keyof StreamHandlers>();
    expectTypeOf<StreamListener>().toExtend<StreamHandlers>();
    expectTypeOf<{ [Name in keyof StreamHandlers]: ArgsOf<Name> }>().toEqualTypeOf<{
      [Name in keyof StreamHandlers]: Parameters<StreamHandlers[Name]>;
    }>();
  });

  it('exist for every event of the union: a listener without one does not compile', () => {
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

  it('can be overridden with fewer parameters, not with others', () => {
    class Fine extends StreamListener {
      override onDelete(id: string): void {
        expectTypeOf(id).toBeString();
      }
      override onAbort(error: MastodonError): void {
        expectTypeOf(error.retryable).toBeBoolean();
      }
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- its rejections are reported
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
  it('returns the name as a type', () => {
    expectTypeOf(handlerNameOf('emoji_reaction')).toEqualTypeOf<'onEmojiReaction'>();
    expectTypeOf<HandlerNameOf<'status.update'>>().toEqualTypeOf<'onStatusUpdate'>();
    expectTypeOf<HandlerNameOf<'a.b_c:d-e'>>().toEqualTypeOf<'onABCDE'>();
    const name: string = STREAM_EVENTS[0];
    expectTypeOf(handlerNameOf(name)).toExtend<string>();
  });
});

describe('toListener', () => {
  it('returns a handle, at any position of a pipe', () => {
    const handle = toListener(timelines.user(), new StreamListener());
    expectTypeOf(handle).toEqualTypeOf<StreamHandle>();
    expectTypeOf(handle.done).toEqualTypeOf<Promise<void>>();
  });

  it('does not change the types of other pipes', () => {
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
    // @ts-expect-error -- 5 is not an operator
    ids$.pipe(5);
  });

  it('accepts a plain object with some of the handlers, and types their parameters', () => {
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

  it('rejects a misspelt handler, a wrong parameter and a value that is not a listener', () => {
    // @ts-expect-error -- onUpdat
    toListener(timelines.user(), { onUpdat: () => undefined });
    // @ts-expect-error -- ids are strings
    toListener(timelines.user(), { onDelete: (id: number) => id });
    // @ts-expect-error -- not a listener
    toListener(timelines.user(), () => undefined);
    // @ts-expect-error -- not events
    toListener(timelines.healthy$, {});
  });

  it('accepts events of custom codecs, typed', () => {
    toListener(withEvents.user(), {
      onEmojiReaction: (reaction, stream) => {
        expectTypeOf(reaction).toEqualTypeOf<EmojiReaction>();
        expectTypeOf(stream).toEqualTypeOf<Stream>();
      },
      onUpdate: (status) => {
        expectTypeOf(status).toEqualTypeOf<Status>();
      },
      // It does not receive the event "abort".
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
    // @ts-expect-error -- the codec has another type
    toListener(withEvents.user(), new Other());
  });

  it('accepts filtered streams, with all handlers', () => {
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

  it('rejects misspelt ones', () => {
    // @ts-expect-error -- onUpdat
    expectTypeOf(new CallbackStreamListener({ onUpdat: () => undefined })).toBeObject();
    // @ts-expect-error -- update_handler is Mastodon.py's
    expectTypeOf(new CallbackStreamListener({ update_handler: () => undefined })).toBeObject();
    // @ts-expect-error -- ids are strings
    expectTypeOf(new CallbackStreamListener({ onDelete: (id: number) => id })).toBeObject();
  });
});
