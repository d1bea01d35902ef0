/** The docstrings of the public operators: each says when it emits and how it ends, and its marble diagram is checked. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  boundedMergeMap,
  connectionState,
  decodeEvents,
  distinctEvents,
  hideFiltered,
  MastodonStreamEndedError,
  ofType,
  reconnect,
  shareTimeline,
  sse,
  streamStats,
  toConversations,
  toNotifications,
  toTimeline,
  type BaseEvent,
} from 'mastodon-rx';
import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytes } from '../helpers/bytes.ts';
import { marbles } from '../helpers/marbles.ts';

type Event = BaseEvent<string, unknown>;

const event = (type: string, payload: unknown = {}): Event => ({ type, payload, stream: ['user'] });
const update = (id: string) => event('update', fakeStatus({ id }));
const ids = map((list: readonly { readonly id: string }[]) => list.map(({ id }) => id));
const types = map(({ type }: { readonly type: string }) => type);
const frame = {
  type: 'frame',
  event: 'update',
  data: JSON.stringify(fakeStatus({})),
  id: undefined,
};
const conversation = (id: string, last: string) =>
  event('conversation', fakeConversation({ id, last_status: { id: last } }));
const hidden = fakeStatus({
  filtered: [
    {
      filter: {
        id: '1',
        title: 'Cats',
        context: ['home'],
        filter_action: 'hide',
        expires_at: null,
      },
    },
  ],
});
const note = (id: string) =>
  event('notification', fakeNotification({ id, status: { id: `of ${id}` } }));

interface Diagram {
  readonly file: string;
  readonly source: object;
  readonly result: Readonly<Record<string, unknown>>;
  /** Applies the operator, and maps its values to those of `result`. */
  readonly operator: (source: Observable<never>, project: Project) => Observable<unknown>;
}
/** Returns the Observable to which `boundedMergeMap` projects a value. */
type Project = (value: unknown) => Observable<unknown>;

const list = { w: [], x: ['1'], y: ['2', '1'], z: ['2'] };

const DIAGRAMS: Readonly<Record<string, Diagram>> = {
  ofType: {
    file: 'operators/ofType.ts',
    source: { u: event('update'), d: event('delete'), n: event('notification') },
    result: { u: 'update' },
    operator: (source: Observable<Event>) => source.pipe(ofType('update'), types),
  },
  boundedMergeMap: {
    file: 'operators/boundedMergeMap.ts',
    source: { a: 'a', b: 'b' },
    result: { a: 'a', b: 'b' },
    operator: (source, project) => source.pipe(boundedMergeMap((value) => project(value))),
  },
  distinctEvents: {
    file: 'operators/distinctEvents.ts',
    source: { a: event('delete', 'a'), b: event('delete', 'b'), c: event('delete', 'c') },
    result: { a: 'a', b: 'b', c: 'c' },
    operator: (source: Observable<Event>) =>
      source.pipe(
        distinctEvents(),
        map(({ payload }) => payload),
      ),
  },
  hideFiltered: {
    file: 'operators/hideFiltered.ts',
    source: { a: update('1'), h: event('update', hidden), b: update('2') },
    result: { a: '1', b: '2' },
    operator: (source: Observable<Event>) =>
      source.pipe(
        hideFiltered(),
        map(({ payload }) => (payload as { id: string }).id),
      ),
  },
  connectionState: {
    file: 'operators/connectionState.ts',
    source: {
      c: event('connected', { attempt: 0 }),
      d: event('disconnected', { error: new MastodonStreamEndedError(), retryIn: 900 }),
    },
    result: { i: 'connecting', o: 'open', w: 'waiting' },
    operator: (source: Observable<Event>) =>
      source.pipe(
        connectionState(),
        map(({ status }) => status),
      ),
  },
  streamStats: {
    file: 'operators/streamStats.ts',
    source: { a: update('1'), b: update('2') },
    result: { m: 2, n: 2 },
    operator: (source: Observable<Event>) =>
      source.pipe(
        streamStats({ interval: 5 }),
        map(({ events }) => events['update']),
      ),
  },
  toTimeline: {
    file: 'operators/toTimeline.ts',
    source: { a: update('1'), b: update('2'), d: event('delete', '1') },
    result: list,
    operator: (source: Observable<Event>) => source.pipe(toTimeline(), ids),
  },
  toNotifications: {
    file: 'operators/toNotifications.ts',
    source: { a: note('1'), b: note('2'), d: event('delete', 'of 1') },
    result: list,
    operator: (source: Observable<Event>) => source.pipe(toNotifications(), ids),
  },
  toConversations: {
    file: 'operators/toConversations.ts',
    source: { a: conversation('1', '7'), b: conversation('2', '8'), c: conversation('1', '9') },
    result: { w: [], x: ['1'], y: ['2', '1'], z: ['1', '2'] },
    operator: (source: Observable<Event>) => source.pipe(toConversations(), ids),
  },
  reconnect: {
    file: 'policies/reconnect.ts',
    source: { a: event('a') },
    result: { a: 'a', d: 'disconnected' },
    operator: (source: Observable<Event>) =>
      source.pipe(reconnect({ delay: 3, count: 1, jitter: false }), types),
  },
  decodeEvents: {
    file: 'decode/decodeEvents.ts',
    source: { f: frame, ':': { type: 'comment', comment: 'thump' } },
    result: { u: 'update', h: 'heartbeat' },
    operator: (source) => source.pipe(decodeEvents({ stream: ['user'] }), types),
  },
  sse: {
    file: 'transport/sse/parseEventStream.ts',
    source: { b: bytes('data: 1\n'), c: bytes('\n') },
    result: { f: 'frame' },
    operator: (source) => source.pipe(sse(), types),
  },
};

/** The docstring of an exported function, in lines without stars. */
function docstringOf(name: string, file: string): string {
  const text = readFileSync(resolve(import.meta.dirname, '../../src', file), 'utf8');
  const end = text.indexOf(`export function ${name}`);
  return text.slice(text.lastIndexOf('/**', end), end).replace(/^ \* ?/gm, '');
}

/** The marbles after a word at the beginning of a line. */
const marblesAfter = (word: string, docstring: string): string => {
  const [, found] = new RegExp(`^${word} +(\\S+)`, 'm').exec(docstring) ?? [];
  if (found === undefined) throw new Error(`the diagram has no line "${word}"`);
  return found;
};

describe.each(Object.entries(DIAGRAMS))('the docstring of %s', (name, diagram) => {
  const docstring = docstringOf(name, diagram.file);

  it('says when it emits, completes and errors, and shows the output of an example', () => {
    expect(docstring).toMatch(/\bemits?\b/i);
    expect(docstring).toMatch(/\bcompletes?\b/i);
    expect(docstring).toMatch(/\berrors?\b/i);
    expect(docstring).toMatch(/```ts\n.*?(\/\/ \S|subscribe\(render\)).*?```/s);
  });

  it('has the marble diagram of the operator', () => {
    marbles(({ cold, expectObservable }) => {
      const error = new MastodonStreamEndedError();
      const values = diagram.source as Readonly<Record<string, never>>;
      const source = cold(marblesAfter('source', docstring), values, error);
      const project: Project = (value) => cold('---x|', { x: value });
      const result = diagram.operator(source, project);
      expectObservable(result).toBe(marblesAfter('result', docstring), diagram.result, error);
    });
  });
});

describe('the docstring of shareTimeline', () => {
  const docstring = docstringOf('shareTimeline', 'operators/shareTimeline.ts');

  it('says when it emits, completes and errors', () => {
    expect(docstring).toMatch(/^Emits when .* errors and completes when the source does\./m);
  });

  it('has the marble diagram of the operator', () => {
    marbles(({ hot, expectObservable }) => {
      const connected = event('connected', { attempt: 0 });
      const source = hot(marblesAfter('source', docstring), {
        ...{ c: connected, a: update('1'), b: update('2') },
      });
      const shared$ = source.pipe(shareTimeline(), types);
      const values = { c: 'connected', a: 'update', b: 'update' };
      expectObservable(shared$, '^').toBe(marblesAfter('first', docstring), values);
      expectObservable(shared$, '----^').toBe(marblesAfter('second', docstring), values);
    });
  });
});
