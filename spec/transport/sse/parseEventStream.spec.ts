import { defer, from, lastValueFrom, map, NEVER, Observable, of, retry, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonMalformedEventError, type MalformedReason } from '../../../src/model/errors.ts';
import { sse, type SseConfig, type SseItem } from '../../../src/transport/sse/parseEventStream.ts';
import { bytes, everyCut } from '../../helpers/bytes.ts';
import { marbles } from '../../helpers/marbles.ts';

const itemsOf = (chunks: Iterable<Uint8Array>, config?: SseConfig): Promise<SseItem[]> =>
  lastValueFrom(from(chunks).pipe(sse(config), toArray()));

const frame = (data: string, event?: string, id?: string): SseItem => ({
  type: 'frame',
  event,
  data,
  id,
});

const comment = (text: string): SseItem => ({ type: 'comment', comment: text });

const malformed = (
  reason: MalformedReason,
  event: string | undefined,
  position: number,
  raw: unknown,
) => ({
  type: 'malformed',
  error: new MastodonMalformedEventError(reason, event, position),
  raw,
});

describe('sse', () => {
  it('emits a frame when its blank line arrives, neither before nor at completion', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a--b--c--|', {
        a: bytes('da'),
        b: bytes('ta: 1\n'),
        c: bytes('\ndata: never closed'),
      });
      const expected = '   ------f--|';

      expectObservable(source.pipe(sse())).toBe(expected, { f: frame('1') });
    });
  });

  it('emits each comment when its line ends, with and without a blank line after it', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a--b--c--d', {
        a: bytes(':)\n'),
        b: bytes(':thump\n\n'),
        c: bytes(':thu'),
        d: bytes('mp\n'),
      });
      const expected = '   a--b-----b';

      expectObservable(source.pipe(sse())).toBe(expected, {
        a: comment(')'),
        b: comment('thump'),
      });
    });
  });

  it('passes errors and completion on, and emits nothing for a silent or an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Uint8Array>('--#').pipe(sse())).toBe('--#');
      expectObservable(cold<Uint8Array>('--|').pipe(sse())).toBe('--|');
      expectObservable(cold<Uint8Array>('---').pipe(sse())).toBe('---');
      expectObservable(cold('e-|', { e: bytes('') }).pipe(sse())).toBe('--|');
    });
  });

  it('unsubscribes from the source when the subscriber unsubscribes in the middle of a chunk', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--', { a: bytes('data: 1\n\ndata: 2\n\n') });
      const subs = '       ^-!';
      const expected = '   --(f|)';

      expectObservable(source.pipe(sse(), take(1))).toBe(expected, { f: frame('1') });
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('unsubscribes from a source that emits synchronously without end', async () => {
    const endless = new Observable<Uint8Array>((subscriber) => {
      while (!subscriber.closed) subscriber.next(bytes('data: 1\n\n'));
    });
    expect(await lastValueFrom(endless.pipe(sse(), take(3), toArray()))).toHaveLength(3);
  });

  it('starts with an empty buffer at each subscription, so that a retry does not inherit half a line', () => {
    marbles(({ cold, expectObservable }) => {
      const first = cold(' a#', { a: bytes('data: half') });
      const second = cold('-b|', { b: bytes(' a line\n\ndata: whole\n\n') });
      const expected = '   --f|';

      const connections = [first, second];
      const source = defer(() => connections.shift()!);
      expectObservable(source.pipe(sse(), retry(1))).toBe(expected, { f: frame('whole') });
    });
  });

  it('starts with an empty buffer at each subscription, so that a retry does not inherit half a character or a CR', async () => {
    const connections = [
      [bytes('data: ☃').subarray(0, 7)],
      [bytes(': hi\r')],
      [bytes('\ndata: ok\n\n')],
    ];
    const source = defer(() => from(connections.shift()!));
    expect(await lastValueFrom(source.pipe(sse(), toArray()))).toEqual([]);
    expect(await lastValueFrom(source.pipe(sse(), toArray()))).toEqual([comment('hi')]);
    expect(await lastValueFrom(source.pipe(sse(), toArray()))).toEqual([frame('ok')]);
  });

  it('errors with the exception of a later operator, and unsubscribes from the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--b', { a: bytes('data: 1\n\ndata: 2\n\n') });
      const failing = source.pipe(
        sse(),
        map(() => {
          throw new Error('mine');
        }),
      );
      expectObservable(failing).toBe('--#', undefined, new Error('mine'));
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('errors on a chunk that is not bytes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('--a--', { a: 42 as unknown as Uint8Array });
      expectObservable(source.pipe(sse())).toBe('--#', undefined, expect.any(TypeError));
    });
  });

  describe('wherever the bytes are cut', () => {
    it.each([
      ['LF', '\n'],
      ['CRLF', '\r\n'],
      ['CR', '\r'],
    ])('emits the same items with %s at the ends of lines', async (_name, eol) => {
      const text =
        ':)\n:thump\n\nevent: update\ndata: "☃ 😹\u2028\ufeff"\n\nevent: delete\ndata: 42\nid: 7\n\ndata: a\ndata: b\n\n';
      const stream = bytes(text.replaceAll('\n', eol));
      const expected = [
        comment(')'),
        comment('thump'),
        frame('"☃ 😹\u2028\ufeff"', 'update'),
        frame('42', 'delete', '7'),
        frame('a\nb'),
      ];

      expect(await itemsOf([stream])).toEqual(expected);
      for (const [head, rest] of everyCut(stream)) {
        expect(await itemsOf([head, rest]), `cut at byte ${head.length}`).toEqual(expected);
      }
      expect(await itemsOf([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    });

    it('emits the same items with mixed line ends', async () => {
      const stream = bytes('data: 1\n\ndata: 2\r\r:c\r\ndata: 3\r\n\ndata: 4\n\r\ndata: 5\r\n\r');
      const expected = [frame('1'), frame('2'), comment('c'), frame('3'), frame('4'), frame('5')];
      for (const halves of everyCut(stream)) expect(await itemsOf(halves)).toEqual(expected);
      expect(await itemsOf([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    });

    it('emits a block that ends with CR CR at once, without waiting for the next byte', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-a--b', { a: bytes('data: 1\r\r'), b: bytes('\ndata: 2\r\r') });
        const expected = '   -f--g';
        expectObservable(source.pipe(sse())).toBe(expected, { f: frame('1'), g: frame('2') });
      });
    });

    it('strips one byte order mark at the very start, and no other', async () => {
      const stream = bytes('\ufeffdata: \ufeffa\n\n\ufeffdata: b\n\ndata: \ufeff\n\n');
      const expected = [frame('\ufeffa'), frame('\ufeff')];
      for (const halves of everyCut(stream)) expect(await itemsOf(halves)).toEqual(expected);
    });

    it('does not treat the characters ï»¿ as a byte order mark', async () => {
      expect(await itemsOf([bytes('ï»¿data: a\n\ndata: b\n\n')])).toEqual([frame('b')]);
    });
  });

  describe('bytes that are not UTF-8', () => {
    const stream = (...parts: (string | number)[]): Uint8Array =>
      Uint8Array.from(
        parts.flatMap((part) => (typeof part === 'number' ? [part] : [...bytes(part)])),
      );

    const spoilt = stream('data: 1\n\nevent: update\ndata: a', 0xff, 'b\n\ndata: 3\n\n');

    it('cause an error with the name and the position, after the complete events', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('a---|', { a: spoilt });
        const error = new MastodonMalformedEventError('invalid-utf-8', 'update', 2);
        expectObservable(source.pipe(sse())).toBe('(f#)', { f: frame('1') }, error);
      });
    });

    it.each([
      ['LF', [10]],
      ['CRLF', [13, 10]],
      ['CR', [13]],
    ])(
      'spoil only their own event with onMalformed: emit, wherever %s lines are cut',
      async (_name, eol) => {
        const lines = Uint8Array.from([...spoilt].flatMap((byte) => (byte === 10 ? eol : [byte])));
        const expected = [
          frame('1'),
          malformed('invalid-utf-8', 'update', 2, 'a\ufffdb'),
          frame('3'),
        ];
        for (const halves of everyCut(lines)) {
          expect(await itemsOf(halves, { onMalformed: 'emit' })).toEqual(expected);
        }
      },
    );

    it.each([
      ['a comment', stream(':', 0xc3, '\ndata: 1\n\n'), [comment('\ufffd'), frame('1')]],
      ['a block without data', stream('event: ', 0xff, '\n\ndata: 1\n\n'), [frame('1')]],
      ['an ignored field', stream('data: 1\nx: ', 0xff, '\n\n'), ['malformed']],
      ['an unfinished character', stream('data: ', 0xe2, 0x98, '\n\n'), ['malformed']],
      ['a surrogate', stream('data: ', 0xed, 0xa0, 0x80, '\n\n'), ['malformed']],
      ['an overlong encoding', stream('data: ', 0xc0, 0xaf, '\n\n'), ['malformed']],
      ['a stray continuation byte', stream('data: ', 0x80, '\n\n'), ['malformed']],
    ])('in %s spoil at most their own event', async (_where, chunk, expected) => {
      for (const halves of everyCut(chunk)) {
        const items = await itemsOf(halves, { onMalformed: 'emit' });
        expect(items.map((item) => (item.type === 'malformed' ? item.type : item))).toEqual(
          expected,
        );
      }
    });
  });

  describe('maxEventLength', () => {
    // 'event: e\n' and 'data: ' are 15 UTF-16 code units; the rest is the text.
    const block = (length: number): string => `event: e\ndata: ${'x'.repeat(length - 15)}\n\n`;

    it('allows a block of exactly that length, and no longer one, wherever the bytes are cut', async () => {
      for (const [length, passes] of [
        [64, true],
        [65, false],
      ] as const) {
        const stream = bytes(`data: 1\n\n${block(length)}data: 3\n\n`);
        for (const halves of everyCut(stream)) {
          const items = await itemsOf(halves, { maxEventLength: 64, onMalformed: 'emit' });
          const second = passes
            ? frame('x'.repeat(length - 15), 'e')
            : malformed('too-long', 'e', 2, expect.stringMatching(/^x*$/));
          expect(items, `cut after ${halves[0].length}`).toEqual([frame('1'), second, frame('3')]);
        }
      }
    });

    it('causes an error, after the complete events, as soon as a block exceeds it', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('a--b--c', {
          a: bytes('data: 1\n\nevent: update\ndata: '),
          b: bytes('x'.repeat(30)),
          c: bytes('x'.repeat(30)),
        });
        const error = new MastodonMalformedEventError('too-long', 'update', 2);
        const items = source.pipe(sse({ maxEventLength: 64 }));
        expectObservable(items).toBe('f-----#', { f: frame('1') }, error);
      });
    });

    it('counts UTF-16 code units, not bytes', async () => {
      const stream = bytes(`data: ${'語'.repeat(58)}\n\n`); // 64 code units, 180 bytes
      expect(await itemsOf([stream], { maxEventLength: 64 })).toHaveLength(1);
    });

    it.each([
      ['a line without an end', 'x'.repeat(100)],
      ['a comment without an end', `:${'x'.repeat(100)}`],
      ['a name without an end', `event: ${'x'.repeat(100)}`],
      ['many short lines', 'data: x\n'.repeat(20)],
      ['many short lines between comments', 'data: x\n:c\n'.repeat(20)],
      ['lines that are ignored', 'id: 1\n'.repeat(20)],
    ])('bounds %s', async (_what, text) => {
      const config: SseConfig = { maxEventLength: 64, onMalformed: 'emit' };
      for (const halves of everyCut(bytes(`${text}\n\ndata: next\n\n`))) {
        const items = await itemsOf(halves, config);
        const others = items.filter((item) => item.type !== 'comment' || item.comment !== 'c');
        expect(others).toEqual([
          malformed('too-long', undefined, 1, expect.any(String)),
          frame('next'),
        ]);
      }
    });

    it('does not count comments within a block', async () => {
      const stream = bytes('data: 12345678\n:a comment\n:another one\ndata: 1\n\n');
      for (const halves of everyCut(stream)) {
        const items = await itemsOf(halves, { maxEventLength: 30 });
        expect(items.at(-1)).toEqual(frame('12345678\n1'));
      }
    });

    it('does not count heartbeats, which can come without blank lines for months', async () => {
      const heartbeats = Array.from({ length: 100 }, () => bytes(':thump\n'));
      const items = await itemsOf([...heartbeats, bytes('data: 1\n\n')], { maxEventLength: 20 });
      expect(items).toHaveLength(101);
    });

    it('discards the rest of an overlong block', async () => {
      const megabyte = bytes('x'.repeat(1_000_000));
      const source = of(bytes('data: '), ...Array<Uint8Array>(50).fill(megabyte), bytes('\n\n'));
      const items = source.pipe(sse({ onMalformed: 'emit' }), toArray());
      const [item, ...rest] = await lastValueFrom(items);
      expect(rest).toEqual([]);
      expect(item).toEqual(malformed('too-long', undefined, 1, expect.any(String)));
      expect((item as { raw: string }).raw.length).toBeLessThanOrEqual(1_048_576);
    });
  });

  it('stays subscribed to a silent source', () => {
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(sse()), '^----!').toBe('------');
    });
  });

  // Every rule of the standard is in hardening/sseStandard.spec.ts.
  it.each([
    ['a data line of the word undefined', 'event: e\ndata: undefined\n\n', ['undefined']],
    ['no space after the colon', 'data:1\n\n', ['1']],
    ['one space of several', 'data:  1\n\n', [' 1']],
    ['a field without a colon', 'data\n\n', ['']],
    ['an empty data line', 'data:\n\n', ['']],
    ['an unknown field', 'colour: red\ndata: 1\n\n', ['1']],
    ['a block without data', 'event: e\n\ndata: 1\n\n', ['1']],
    ['a retry field', 'retry: 10\ndata: 1\n\n', ['1']],
    ['several data lines', 'data: 1\ndata\ndata: 3\n\n', ['1\n\n3']],
  ])('parses %s like the standard', async (_what, text, data) => {
    const items = await itemsOf([bytes(text)]);
    expect(items.map((item) => item.type === 'frame' && item.data)).toEqual(data);
  });
});
