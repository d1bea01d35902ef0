/** A string that is kept of an event must not keep the chunk from which it was cut. */
import * as t from 'io-ts';
import {
  decodeEvents,
  distinctEvents,
  sse,
  toTimeline,
  type BaseEvent,
  type StreamEvent,
} from 'mastodon-rx';
import { concat, from, identity, NEVER, tap, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytes } from '../helpers/bytes.ts';
import { heap } from '../helpers/heap.ts';

/** The number of chunks, and the length of each, in bytes: 200 MB in total. */
const CHUNKS = 4_000;
const LENGTH = 50_000;

/** The allowed growth, in bytes: 4,000 short strings and their container. */
const BOUND = 5_000_000;

const filler = `event: filters_changed\ndata: ${'x'.repeat(LENGTH)}\n\n`;

/** Longer than the strings that V8 copies anyway. */
const idOf = (index: number): string => `1174200000000${String(index).padStart(5, '0')}`;

/** Reads that many chunks with this event in each, and returns the growth of the heap in bytes. */
function growth(
  block: (id: string) => string,
  pick: (event: StreamEvent<{ bare: t.StringC }>) => unknown,
  through: OperatorFunction<StreamEvent<{ bare: t.StringC }>, unknown> = identity,
): number {
  const kept: unknown[] = [];
  const before = heap();
  const chunks = from({
    *[Symbol.iterator]() {
      for (let index = 0; index < CHUNKS; index++) {
        const id = idOf(index);
        yield new Uint8Array(bytes(filler + block(id) + filler));
      }
    },
  });
  // Continues, so that the memory of the operators is still in use.
  const subscription = concat(chunks, NEVER)
    .pipe(
      sse(),
      decodeEvents({ stream: ['user'], events: { bare: t.string } }),
      tap((event) => {
        const value = event.type === 'filters_changed' ? undefined : pick(event);
        if (value !== undefined) kept.push(value);
      }),
      through,
    )
    .subscribe();
  const grown = heap() - before;
  subscription.unsubscribe();
  expect(kept).toHaveLength(CHUNKS);
  return grown;
}

const event = (name: string, data: string): string => `event: ${name}\ndata: ${data}\n\n`;
const payloadOf = ({ payload }: BaseEvent<string, unknown>): unknown => payload;

describe('chunks of 50 KB with a short string that is kept', { timeout: 120_000 }, () => {
  it.each([
    ['the id of a delete', (id: string) => event('delete', id), payloadOf],
    [
      'the id of an announcement.delete',
      (id: string) => event('announcement.delete', id),
      payloadOf,
    ],
    ['the bare text of an event of a fork', (id: string) => event('bare', id), payloadOf],
    [
      'the name of an unknown event',
      (id: string) => event(`unheard.${id}`, '1'),
      (unknown: StreamEvent) => (unknown.type === 'unknown' ? unknown.payload.name : undefined),
    ],
    [
      'the bare text of an unknown event',
      (id: string) => event('unheard', id),
      (unknown: StreamEvent) => (unknown.type === 'unknown' ? unknown.payload.data : undefined),
    ],
  ] as const)('%s keeps only its own bytes', (_what, block, pick) => {
    expect(growth(block, pick as (event: BaseEvent<string, unknown>) => unknown)).toBeLessThan(
      BOUND,
    );
  });

  it.each([
    ['toTimeline', toTimeline({ limit: 40 })],
    ['distinctEvents', distinctEvents()],
  ] as const)('%s remembers deleted ids without their chunks', (_name, operator) => {
    let last: unknown;
    const keepLast = tap((value: unknown) => (last = value));
    const grown = growth(
      (id) => event('delete', id),
      () => 0,
      (source) => source.pipe(operator as never, keepLast),
    );
    expect(grown).toBeLessThan(BOUND);
    expect(last).toBeDefined();
  });
});
