/** Arbitrary payloads in events of every name, from a hostile server or from a fork. */
import fc from 'fast-check';
import type * as t from 'io-ts';
import { config, from, map, mergeAll, Observable, of } from 'rxjs';
import {
  cursorOf,
  decodeEvents,
  distinctEvents,
  MastodonApiError,
  MastodonError,
  MastodonMalformedEventError,
  ofType,
  STREAM_EVENTS,
  toListener,
  toTimeline,
  type StreamEvent,
} from 'mastodon-rx';
import {
  Announcement,
  AnnouncementReaction,
  Conversation,
  Notification,
  Status,
} from 'mastodon-rx/entities';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publicChannel } from '../../src/connect/channels.ts';
import type { SseItem } from '../../src/transport/sse/parseEventStream.ts';
import { frames } from '../../src/transport/websocket/toStreamItems.ts';
import { readMessage } from '../../src/transport/websocket/parseMessage.ts';
import { ServerTraits } from '../../src/transport/websocket/serverTraits.ts';
import { Subscriptions } from '../../src/transport/websocket/subscriptions/subscriptions.ts';
import type { SocketItem } from '../../src/transport/websocket/subscriptions/subscriptionTable.ts';
import { nastyJson, TIMEOUT, RUNS } from '../helpers/arbitraries.ts';
import { mutationsOf, samples } from '../helpers/mutations.ts';

/** A Map, since an event can be named `toString`. */
const CODECS: ReadonlyMap<string, Pick<t.Type<unknown>, 'is'>> = new Map<
  string,
  Pick<t.Type<unknown>, 'is'>
>([
  ['update', Status],
  ['status.update', Status],
  ['notification', Notification],
  ['conversation', Conversation],
  ['announcement', Announcement],
  ['announcement.reaction', AnnouncementReaction],
]);

const payloads = samples.map(([, payload]) => payload);

/** A real entity in which one value is replaced with adversarial text. */
const spoiltEntity = fc
  .tuple(mutationsOf(payloads), fc.nat(), nastyJson)
  .map(([{ value }, which, nasty]) => {
    const json = JSON.stringify(value);
    const places = [...json.matchAll(/:(true|false|null|"[^"\\]*")/g)];
    const place = places[which % Math.max(1, places.length)];
    if (place === undefined) return nasty;
    const from = place.index + 1;
    return json.slice(0, from) + nasty + json.slice(from + place[1]!.length);
  });

const anyData = fc.oneof(
  { weight: 3, arbitrary: spoiltEntity },
  { weight: 1, arbitrary: nastyJson },
  { weight: 1, arbitrary: mutationsOf(payloads).map(({ value }) => JSON.stringify(value)) },
);

/** Names of the library's own events, of the language's own properties, and of a fork's events. */
const ODD_NAMES =
  'connected heartbeat disconnected malformed warning caught-up unknown constructor __proto__ toString then abort any_event . emoji_reaction';

const anyName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...STREAM_EVENTS) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES.split(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }) },
);

const frame = (event: string, data: string): SseItem => ({
  type: 'frame',
  event,
  data,
  id: undefined,
});

/** Checks that no payload has changed an object of the language. */
const expectNoPollution = (): void => {
  for (const prototype of [
    Object.prototype,
    Array.prototype,
    Function.prototype,
    String.prototype,
  ]) {
    expect(Object.keys(prototype)).toEqual([]);
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(OWN_NAMES);
};
const OWN_NAMES = Object.getOwnPropertyNames(Object.prototype).length;

/** Nested too deep for a recursive comparison. */
const isDeep = (data: string): boolean => /(\[|\{"\w+":){100}/.test(data);

const parsed = (data: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
};

/** The expected event, by its name and its text only. */
function expectContract(name: string, data: string, event: StreamEvent): void {
  const json = parsed(data);
  if (CODECS.has(name) && json === undefined) {
    expect(event).toMatchObject({
      type: 'malformed',
      payload: { raw: data, error: { reason: 'invalid-json' } },
    });
    return;
  }
  if (name === 'filters_changed' || name === 'notifications_merged') {
    expect(event).toEqual({ type: name, payload: undefined, stream: ['public'] });
    return;
  }
  if (name === 'delete' || name === 'announcement.delete') {
    if (data === '') expect(event).toMatchObject({ type: 'unknown', payload: { name } });
    else expect(event).toEqual({ type: name, payload: data, stream: ['public'] });
    return;
  }
  const codec = CODECS.get(name);
  if (isDeep(data)) {
    expect([name, 'unknown']).toContain(event.type);
    return;
  }
  if (codec === undefined) {
    const isDigits = typeof json?.value === 'number' && String(json.value) !== data;
    const value = json === undefined || isDigits ? data : json.value;
    if (name === 'encrypted_message')
      expect(event).toEqual({ type: name, payload: value, stream: ['public'] });
    else
      expect(event).toEqual({
        type: 'unknown',
        payload: { name, data: value },
        stream: ['public'],
      });
    return;
  }
  const entity: unknown = json?.value;
  if (codec.is(entity)) {
    expect(event).toEqual({ type: name, payload: entity, stream: ['public'] });
  } else if (event.type === name) {
    // Invalid fields were left out, and are reported.
    expect(codec.is(event.payload)).toBe(true);
    expect(event.problems).not.toEqual([]);
  } else {
    expect(event).toMatchObject({ type: 'unknown', payload: { name } });
    expect((event.payload as { data: unknown }).data).toEqual(entity);
    expect((event.payload as { problems: unknown[] }).problems).not.toEqual([]);
  }
}

const eventsOf = (items: readonly SseItem[]): StreamEvent[] => {
  const events: StreamEvent[] = [];
  from(items)
    .pipe(decodeEvents({ stream: ['public'], onMalformed: 'emit' }))
    .subscribe((event) => events.push(event));
  return events;
};

describe('arbitrary payloads in events of every name', () => {
  it(
    'result in one event each, as documented',
    () => {
      fc.assert(
        fc.property(anyName, anyData, (name, data) => {
          const events = eventsOf([frame(name, data)]);
          expect(events).toHaveLength(1);
          expectContract(name, data, events[0]!);
          expectNoPollution();
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'end the stream with MastodonMalformedEventError or not at all, without onMalformed: emit',
    () => {
      fc.assert(
        fc.property(anyName, anyData, (name, data) => {
          let error: unknown;
          of(frame(name, data))
            .pipe(decodeEvents({ stream: ['public'] }))
            .subscribe({ error: (raised: unknown) => (error = raised) });
          if (CODECS.has(name) && parsed(data) === undefined) {
            expect(error).toBeInstanceOf(MastodonMalformedEventError);
          } else expect(error).toBeUndefined();
        }),
        { numRuns: RUNS / 10 },
      );
    },
    TIMEOUT,
  );

  it(
    'break no consumer: lists, listeners, cursors, sets of ids',
    () => {
      const unhandled: unknown[] = [];
      config.onUnhandledError = (error) => unhandled.push(error);
      onTestFinished(() => void (config.onUnhandledError = null));
      const some = fc.array(fc.tuple(anyName, anyData), { maxLength: 8 });
      fc.assert(
        fc.property(some, (pairs) => {
          const events = eventsOf(pairs.map(([name, data]) => frame(name, data)));
          const events$: Observable<StreamEvent> = from(events);
          const errors: unknown[] = [];
          const observer = { error: (error: unknown) => errors.push(error) };
          events$.pipe(toTimeline({ limit: 3 })).subscribe(observer);
          events$.pipe(distinctEvents()).subscribe(observer);
          events$
            .pipe(
              ofType('update'),
              map(({ payload }) => payload.account.acct),
            )
            .subscribe(observer);
          events$.pipe(map((event) => cursorOf(event, {}))).subscribe(observer);
          const called: string[] = [];
          const handle = toListener(events$, {
            onAnyEvent: (name) => void called.push(name),
            onAbort: (error) => void errors.push(error),
          });
          handle.close();
          expect(called).toHaveLength(events.filter(({ type }) => type !== 'malformed').length);
          expect([errors, unhandled]).toEqual([[], []]);
          expectNoPollution();
        }),
        { numRuns: RUNS / 10 },
      );
    },
    TIMEOUT,
  );
});

const anyMessage = fc.oneof(
  { weight: 1, arbitrary: nastyJson },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        nastyJson,
        anyName,
        fc.oneof(
          nastyJson,
          anyData.map((data) => JSON.stringify(data)),
        ),
      )
      .map(
        ([stream, event, payload]) =>
          `{"stream":${stream},"event":${JSON.stringify(event)},"payload":${payload}}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(nastyJson, nastyJson)
      .map(([event, payload]) => `{"stream":["public"],"event":${event},"payload":${payload}}`),
  },
  { weight: 1, arbitrary: nastyJson.map((words) => `{"error":${words},"status":${words}}`) },
);

describe('arbitrary messages over a WebSocket', () => {
  it(
    'are parsed without an exception, to strings',
    () => {
      fc.assert(
        fc.property(anyMessage, (text) => {
          const message = readMessage(text);
          if (message.type === 'event') {
            expect(typeof message.data).toBe('string');
            expect(['string', 'undefined']).toContain(typeof message.event);
          }
          if (message.type !== 'error') {
            for (const part of message.stream ?? []) expect(typeof part).toBe('string');
          }
          expectNoPollution();
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'reach the stream as events, and the only errors are refusals and malformed events',
    () => {
      fc.assert(
        fc.property(fc.array(anyMessage, { maxLength: 4 }), fc.boolean(), (messages, multiplex) => {
          const errors: unknown[] = [];
          const subscriptions = new Subscriptions({
            send: () => undefined,
            multiplex,
            traits: new ServerTraits(),
            onDelete: (label, id) => {
              subscriptions.receiveDelete(label, id);
            },
            errorOf: ({ error }) =>
              new MastodonApiError(error, { status: 500, serverMessage: error }),
          });
          const items$ = new Observable<Observable<SocketItem>>((opened) => {
            subscriptions.join(publicChannel({}), opened);
          });
          items$
            .pipe(
              mergeAll(),
              frames({ maxEventLength: 1_048_576, onMalformed: 'error' }),
              decodeEvents({ stream: ['public'] }),
            )
            .subscribe({ error: (error: unknown) => errors.push(error) });
          for (const message of messages) subscriptions.receive(message);
          subscriptions.close();
          for (const error of errors) expect(error).toBeInstanceOf(MastodonError);
        }),
        { numRuns: RUNS / 10 },
      );
    },
    TIMEOUT,
  );
});
