/** The recorded bodies through the decoding pipe, without a network, byte by byte. */
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeEvents } from '../../src/decode/decodeEvents.ts';
import { sse } from '../../src/transport/sse/parseEventStream.ts';
import { captureOf, expectedOf, STREAM_CAPTURES } from '../helpers/captures.ts';

describe.each(STREAM_CAPTURES)('the recorded body of %s', (name) => {
  const { body, items } = captureOf(name);

  it('results in its events, read as single bytes', async () => {
    const bytes = [...body].map((byte) => Uint8Array.of(byte));
    const events$ = from(bytes).pipe(sse(), decodeEvents({ stream: ['user'] }), toArray());
    expect(await lastValueFrom(events$)).toEqual(items.map(expectedOf));
  });

  it('results in the same frames, cut in two at each critical byte', async () => {
    for (const block of blocksOf(body)) {
      const whole = await framesOf([block]);
      for (const cut of cutsOf(block)) {
        const frames = await framesOf([block.subarray(0, cut), block.subarray(cut)]);
        expect(frames, `cut at byte ${cut}`).toEqual(whole);
      }
    }
  });
});

const framesOf = (chunks: Uint8Array[]) =>
  lastValueFrom(
    from(chunks).pipe(
      sse(),
      map((item) => (item.type === 'frame' ? `${item.event ?? ''}=${item.data}` : item.type)),
      toArray(),
    ),
  );

/** The body's blocks, each with its blank line: a parser's state starts again between them. */
function* blocksOf(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length;) {
    const blank = body.indexOf('\n\n', start);
    const end = blank === -1 ? body.length : blank + 2;
    yield body.subarray(start, end);
    start = end;
  }
}

/** Positions around line ends, within characters of several bytes, and everywhere in the first and last bytes. */
function* cutsOf(block: Buffer): Generator<number> {
  for (let cut = 0; cut <= block.length; cut++) {
    const near = [block[cut - 1] ?? 0, block[cut] ?? 0];
    const delicate = near.some((byte) => byte < 0x20 || byte >= 0x80);
    if (delicate || cut < 40 || cut > block.length - 10) yield cut;
  }
}

describe('the recorded odd payloads', () => {
  const capture = captureOf('user-odd-payloads');

  it('are those that the documentation describes', () => {
    const events = capture.items.filter((item) => 'event' in item);
    expect(events.map(({ event }) => event)).toContain('lab.u2028');
    expect(events.find(({ event }) => event === 'lab.u2028')?.data).toContain('\u2028');
    expect(events.find(({ event }) => event === 'lab.u2028')?.data).toContain('\ufeff');
    expect(events.find(({ event }) => event === 'two')?.data).toBe('x');
    expect(events.at(-1)).toEqual({ event: 'delete', data: 'last' });
  });
});
