/** Arbitrary bytes, cut anywhere, compared with the standard's algorithm. */
import fc from 'fast-check';
import { from, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeEvents } from '../../src/decode/decodeEvents.ts';
import { MastodonMalformedEventError } from '../../src/model/errors.ts';
import { sse, type SseItem } from '../../src/transport/sse/parseEventStream.ts';
import { anyCuts, anyLines, anyStream, cutAt, TIMEOUT, RUNS } from '../helpers/arbitraries.ts';
import { bytes } from '../helpers/bytes.ts';
import { interpret, type StandardItem } from '../helpers/standard.ts';

/** Collects the output of a source that completes synchronously; any other would hang. */
function outcomeOf<T>(source$: Observable<T>): { values: T[]; error?: unknown } {
  const values: T[] = [];
  let outcome: { values: T[]; error?: unknown } | undefined;
  source$.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => (outcome = { values, error }),
    complete: () => (outcome = { values }),
  });
  if (!outcome) throw new Error('It neither completed nor errored');
  return outcome;
}

const inStandardWords = (item: SseItem): StandardItem => {
  if (item.type === 'comment') return { comment: item.comment };
  if (item.type === 'frame') return { event: item.event ?? '', data: item.data, id: item.id };
  return { spoilt: item.error.reason as 'invalid-utf-8' | 'too-long' };
};

const limits = fc.oneof(fc.constant(1_048_576), fc.integer({ min: 1, max: 120 }));

const upToFault = (items: readonly StandardItem[]): readonly StandardItem[] => {
  const fault = items.findIndex((item) => 'spoilt' in item);
  return fault === -1 ? items : items.slice(0, fault);
};

describe('arbitrary bytes, cut anywhere', () => {
  it(
    'result in the frames of the standard’s algorithm, within any limit of length',
    () => {
      fc.assert(
        fc.property(anyLines, anyCuts, limits, (stream, cuts, maxEventLength) => {
          const items$ = from(cutAt(stream, cuts)).pipe(
            sse({ maxEventLength, onMalformed: 'emit' }),
          );
          const { values, ...end } = outcomeOf(items$);
          expect(values.map(inStandardWords)).toEqual(interpret(stream, maxEventLength));
          expect(end).toEqual({});
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'result in all frames before the first fault, and that fault as the error',
    () => {
      fc.assert(
        fc.property(anyLines, anyCuts, limits, (stream, cuts, maxEventLength) => {
          const items$ = from(cutAt(stream, cuts)).pipe(sse({ maxEventLength }));
          const { values, error } = outcomeOf(items$);
          const standard = interpret(stream, maxEventLength);
          const complete = upToFault(standard);
          expect(values.map(inStandardWords)).toEqual(complete);
          const fault = standard[complete.length];
          if (fault === undefined) expect(error).toBeUndefined();
          else expect(error).toMatchObject({ reason: (fault as { spoilt: string }).spoilt });
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'result in events or an error of this library, and nothing is thrown elsewhere',
    () => {
      fc.assert(
        fc.property(anyStream, anyCuts, fc.boolean(), (stream, cuts, emits) => {
          const onMalformed = emits ? 'emit' : 'error';
          const { values, error } = outcomeOf(
            from(cutAt(stream, cuts)).pipe(
              sse({ onMalformed }),
              decodeEvents({ stream: ['public'], onMalformed }),
            ),
          );
          const count = interpret(stream).length;
          if (error === undefined) expect(values).toHaveLength(count);
          else {
            expect(error).toBeInstanceOf(MastodonMalformedEventError);
            expect(emits).toBe(false);
            expect(values.length).toBeLessThan(count);
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});

describe('10 MB', () => {
  const TEN_MB = 10 * 1_048_576;

  /** The bytes in pieces of the size of network reads. */
  const pieces = (text: string): Uint8Array[] => {
    const whole = bytes(text);
    return cutAt(
      whole,
      Array.from({ length: whole.length / 65_536 }, (_, nth) => nth * 65_536),
    );
  };

  const eventsOf = (text: string, config: { maxEventLength?: number }) =>
    outcomeOf(
      from(pieces(text)).pipe(
        sse({ ...config, onMalformed: 'emit' }),
        decodeEvents({ stream: ['public'], onMalformed: 'emit' }),
      ),
    ).values as { type: string; payload: { raw?: string; data?: { content: string } } }[];

  it.each([
    ['a string in an event', `event: update\ndata: {"content":"${'x'.repeat(TEN_MB)}"}\n\n`],
    ['an event’s name', `event: ${'x'.repeat(TEN_MB)}\ndata: 1\n\n`],
    ['empty data lines', `${'data:\n'.repeat(TEN_MB / 6)}\n`],
    ['a comment', `:${'x'.repeat(TEN_MB)}\n\n`],
    ['an unknown field', `${'x'.repeat(TEN_MB)}\n\n`],
    ['brackets', `event: update\ndata: ${'['.repeat(TEN_MB)}\n\n`],
  ])(
    'of %s are too long: malformed, of bounded length, and the next event is read',
    (_what, text) => {
      const events = eventsOf(`${text}event: delete\ndata: 1\n\n`, {});
      expect(events.map(({ type }) => type)).toEqual(['malformed', 'delete']);
      expect(events[0]?.payload.raw?.length).toBeLessThanOrEqual(1_048_576);
    },
  );

  it('of a string are accepted if maxEventLength allows them', () => {
    const text = `event: fork\ndata: {"content":"${'x'.repeat(TEN_MB)}"}\n\n`;
    const [event] = eventsOf(text, { maxEventLength: 2 * TEN_MB });
    expect(event?.payload.data?.content).toHaveLength(TEN_MB);
  });

  it.each([
    ['brackets', '['.repeat(TEN_MB / 2) + ']'.repeat(TEN_MB / 2)],
    ['objects', '{"reblog":'.repeat(1_000_000) + '1' + '}'.repeat(1_000_000)],
    ['brackets without an end', '['.repeat(TEN_MB)],
  ])('of %s are not an update, and do not overflow the stack', (_what, json) => {
    const [event] = eventsOf(`event: update\ndata: ${json}\n\n`, { maxEventLength: 2 * TEN_MB });
    expect(['unknown', 'malformed']).toContain(event?.type);
  });
});
