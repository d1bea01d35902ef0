/**
 * The HTML standard's rules on event streams, one by one, in its order. Each case is parsed by the library,
 * cut at every byte, and by the plain implementation with which the fuzzing compares.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { sse, type SseItem } from '../../src/transport/sse/parseEventStream.ts';
import { bytes, everyCut } from '../helpers/bytes.ts';
import { marbles } from '../helpers/marbles.ts';
import { interpret, type StandardItem } from '../helpers/standard.ts';

type Case = readonly [rule: string, stream: string | Uint8Array, items: readonly StandardItem[]];

const block = (data: string, event = '', id?: string): StandardItem => ({ event, data, id });
const comment = (text: string): StandardItem => ({ comment: text });

/** The bytes of texts and numbers. */
const raw = (...parts: (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...bytes(part)])));

const PARSING: readonly Case[] = [
  ['stream = [ bom ] *event: an empty stream', '', []],
  ['stream = [ bom ] *event: a mark and nothing else', '\ufeff', []],
  ['stream = [ bom ] *event: a mark and an event', '\ufeffdata: a\n\n', [block('a')]],
  ['stream = [ bom ] *event: several events', 'data: a\n\ndata: b\n\n', [block('a'), block('b')]],
  ['event = *( comment / field ) end-of-line: of nothing', '\n\n\n', []],
  [
    'event = *( comment / field ) end-of-line: of both',
    ':c\ndata: a\n:d\n\n',
    [comment('c'), comment('d'), block('a')],
  ],
  ['comment = colon *any-char end-of-line', ':a comment\n', [comment('a comment')]],
  ['comment = colon *any-char end-of-line: an empty one', ':\n', [comment('')]],
  ['comment = colon *any-char end-of-line: of colons', '::a:b\n', [comment(':a:b')]],
  [
    'field = 1*name-char [ colon [ space ] *any-char ] end-of-line: a name alone',
    'data\n\n',
    [block('')],
  ],
  [
    'field = 1*name-char [ colon [ space ] *any-char ] end-of-line: no space',
    'data:a\n\n',
    [block('a')],
  ],
  [
    'field = 1*name-char [ colon [ space ] *any-char ] end-of-line: a space',
    'data: a\n\n',
    [block('a')],
  ],
  [
    'field = 1*name-char [ colon [ space ] *any-char ] end-of-line: no value',
    'data:\n\n',
    [block('')],
  ],
  ['end-of-line = LF', 'data: a\ndata: b\n\n', [block('a\nb')]],
  ['end-of-line = CR', 'data: a\rdata: b\r\r', [block('a\nb')]],
  ['end-of-line = CR LF', 'data: a\r\ndata: b\r\n\r\n', [block('a\nb')]],
  ['end-of-line = each of the three, mixed', 'data: a\r\ndata: b\rdata: c\n\r', [block('a\nb\nc')]],
  ['end-of-line: LF CR are two', 'data: a\n\rdata: b\n\n', [block('a'), block('b')]],
  [
    'end-of-line: neither VT, FF, NEL, LS nor PS is one',
    'data: a\u000bb\u000cc\u0085d\u2028e\u2029f\n\n',
    [block('a\u000bb\u000cc\u0085d\u2028e\u2029f')],
  ],
  ['bom = U+FEFF at the start alone', 'data: a\n\n\ufeffdata: b\n\n', [block('a')]],
  ['name-char = anything but LF, CR and colon', '\u0000\u00a0é語😹: 1\ndata: a\n\n', [block('a')]],
  [
    'any-char = anything but LF and CR',
    'data: \u0000\t:é語😹\ufeff\u007f\n\n',
    [block('\u0000\t:é語😹\ufeff\u007f')],
  ],
];

const INTERPRETING: readonly Case[] = [
  [
    'streams are decoded with UTF-8 decode',
    raw('data: ', 0xc3, 0xa9, 0xe8, 0xaa, 0x9e, 0xf0, 0x9f, 0x98, 0xb9, '\n\n'),
    [block('é語😹')],
  ],
  [
    'UTF-8 decode strips one leading byte order mark',
    raw(0xef, 0xbb, 0xbf, 'data: a\n\n'),
    [block('a')],
  ],
  [
    'UTF-8 decode strips no second byte order mark',
    raw(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 'data: a\n\ndata: b\n\n'),
    [block('b')],
  ],
  [
    'UTF-8 decode ignores bytes that are not UTF-8 in an ignored line',
    raw(':', 0xff, '\ndata: a\n\n'),
    [comment('\ufffd'), block('a')],
  ],
  ['CR LF is one end of a line', 'data: a\r\ndata: b\r\n\r\n', [block('a\nb')]],
  ['LF not preceded by CR is an end of a line', 'data: a\n\n', [block('a')]],
  ['CR not followed by LF is an end of a line', 'data: a\r\r', [block('a')]],
  ['the data buffer is empty at the start', '\ndata: a\n\n', [block('a')]],
  ['the event type buffer is empty at the start', 'data: a\n\n', [block('a', '')]],
  ['an empty line dispatches the event', 'event: e\ndata: a\n\n', [block('a', 'e')]],
  ['a second empty line dispatches nothing', 'data: a\n\n\n\n', [block('a')]],
  ['a line of a space is not empty', 'data: a\n \ndata: b\n\n', [block('a\nb')]],
  [
    'a line that starts with a colon is ignored',
    'data: a\n:data: b\n\n',
    [comment('data: b'), block('a')],
  ],
  ['a line that starts with a colon dispatches nothing', 'data: a\n:\n', [comment('')]],
  ['the field ends before the first colon', 'data: a: b: c\n\n', [block('a: b: c')]],
  ['the value is all after the first colon', 'data::a\n\n', [block(':a')]],
  ['one leading space of the value is removed', 'data: a\n\n', [block('a')]],
  ['only one leading space of the value is removed', 'data:   a\n\n', [block('  a')]],
  ['a leading tab of the value stays', 'data:\ta\n\n', [block('\ta')]],
  ['a leading U+00A0 of the value stays', 'data:\u00a0a\n\n', [block('\u00a0a')]],
  ['a trailing space of the value stays', 'data: a \n\n', [block('a ')]],
  ['a space before the colon belongs to the field', 'data : a\ndata: b\n\n', [block('b')]],
  ['a space before the field belongs to it', ' data: a\ndata: b\n\n', [block('b')]],
  ['a line without a colon is a field with an empty value: data', 'data\n\n', [block('')]],
  [
    'a line without a colon is a field with an empty value: event',
    'event: e\nevent\ndata: a\n\n',
    [block('a')],
  ],
  [
    'a line without a colon is a field with an empty value: id',
    'id: 1\nid\ndata: a\n\n',
    [block('a', '', '')],
  ],
  [
    'a line without a colon is a field with an empty value: anything',
    'a line\ndata: a\n\n',
    [block('a')],
  ],
  ['at the end of the file pending data is discarded: a field', 'data: a', []],
  ['at the end of the file pending data is discarded: a line', 'data: a\n', []],
  [
    'at the end of the file pending data is discarded: after an event',
    'data: a\n\nevent: e\ndata: b\n',
    [block('a')],
  ],
  [
    'at the end of the file pending data is discarded: half a character',
    raw('data: a\n\ndata: ', 0xe2, 0x98),
    [block('a')],
  ],
  ['field names are compared literally: DATA', 'DATA: a\ndata: b\n\n', [block('b')]],
  ['field names are compared literally: Event', 'Event: e\ndata: a\n\n', [block('a')]],
  ['field names are compared literally: databases', 'datax: 1\ndat: 2\ndata: a\n\n', [block('a')]],
  ['event sets the event type buffer', 'event: e\ndata: a\n\n', [block('a', 'e')]],
  [
    'event sets the event type buffer: the last one counts',
    'event: e\nevent: f\ndata: a\n\n',
    [block('a', 'f')],
  ],
  ['event sets the event type buffer: after data', 'data: a\nevent: e\n\n', [block('a', 'e')]],
  [
    'event sets the event type buffer: verbatim',
    'event: status.update \ndata: a\n\n',
    [block('a', 'status.update ')],
  ],
  ['data appends the value and a line feed', 'data: a\ndata: b\ndata: c\n\n', [block('a\nb\nc')]],
  [
    'data appends the value and a line feed: empty lines among them',
    'data\ndata: a\ndata:\ndata: b\ndata\n\n',
    [block('\na\n\nb\n')],
  ],
  ['id sets the last event ID buffer', 'id: 1\ndata: a\n\n', [block('a', '', '1')]],
  ['id with U+0000 is ignored', 'id: 1\nid: 2\u00003\ndata: a\n\n', [block('a', '', '1')]],
  ['retry of digits is not part of the event', 'retry: 10000\ndata: a\n\n', [block('a')]],
  [
    'retry with any other value is ignored',
    'retry: soon\nretry: -1\nretry: 1e3\nretry\ndata: a\n\n',
    [block('a')],
  ],
  ['any other field is ignored', 'colour: red\ndata: a\n__proto__: 1\n\n', [block('a')]],
  ['dispatch: if the data buffer is empty nothing is dispatched', 'event: e\nid: 1\n\n', []],
  [
    'dispatch: if the data buffer is empty the event type is reset',
    'event: e\n\ndata: a\n\n',
    [block('a')],
  ],
  ['dispatch: one trailing line feed of the data is removed', 'data: a\ndata\n\n', [block('a\n')]],
  ['dispatch: data of one empty line is dispatched as an empty string', 'data:\n\n', [block('')]],
  [
    'dispatch: the event type is the event type buffer',
    'event: constructor\ndata: a\n\n',
    [block('a', 'constructor')],
  ],
  ['dispatch: the data buffer is reset', 'data: a\n\ndata: b\n\n', [block('a'), block('b')]],
  [
    'dispatch: the event type buffer is reset',
    'event: e\ndata: a\n\ndata: b\n\n',
    [block('a', 'e'), block('b')],
  ],
  [
    'the example of three data lines',
    'data: YHOO\ndata: +2\ndata: 10\n\n',
    [block('YHOO\n+2\n10')],
  ],
  [
    'the example of four blocks',
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event',
    [comment('test stream'), block('first event', '', '1'), block('second event', '', '')],
  ],
  ['the example of empty data', 'data\n\ndata\ndata\n\ndata:', [block(''), block('\n')]],
  [
    'the example of an optional space',
    'data:test\n\ndata: test\n\n',
    [block('test'), block('test')],
  ],
];

const DEPARTURES: readonly Case[] = [
  ['[not in the spec] comments are emitted', ':)\n:thump\n\n', [comment(')'), comment('thump')]],
  [
    '[not in the spec] the id is that of its block, and not the last one',
    'id: 1\ndata: a\n\ndata: b\n\n',
    [block('a', '', '1'), block('b')],
  ],
  [
    '[not in the spec] a block with bytes that are not UTF-8 is malformed',
    raw('data: a', 0xff, '\n\ndata: b\n\n'),
    [{ spoilt: 'invalid-utf-8' }, block('b')],
  ],
];

/** The output of the library in the terms of the standard: an absent event type is ''. */
const inStandardWords = (item: SseItem): StandardItem => {
  if (item.type === 'comment') return { comment: item.comment };
  if (item.type === 'frame') return { event: item.event ?? '', data: item.data, id: item.id };
  return { spoilt: item.error.reason as 'invalid-utf-8' };
};

const read = async (chunks: Iterable<Uint8Array>): Promise<StandardItem[]> => {
  const items = from(chunks).pipe(sse({ onMalformed: 'emit' }), toArray());
  return (await lastValueFrom(items)).map(inStandardWords);
};

describe.each([
  ['parsing an event stream', PARSING],
  ['interpreting an event stream', INTERPRETING],
  ['extended by this library', DEPARTURES],
])('the standard on %s', (_section, cases) => {
  it.each(cases)('%s', async (_rule, stream, items) => {
    const whole = typeof stream === 'string' ? bytes(stream) : stream;
    expect(interpret(whole)).toEqual(items);
    expect(await read([whole])).toEqual(items);
    for (const halves of everyCut(whole)) {
      expect(await read(halves), `cut after ${halves[0].length}`).toEqual(items);
    }
    expect(await read([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(items);
  });
});

describe('the standard on buffering: a line is used as soon as it has ended', () => {
  it.each([
    ['LF', '\n\n'],
    ['CR', '\r\r'],
    ['CR LF, of which the LF has not arrived', '\r\n\r'],
    ['LF and CR', '\n\r'],
  ])('with %s', (_what, ends) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a--b', { a: bytes(`data: a${ends}`), b: bytes('\ndata: b\n\n') });
      const expected = '   -f--g';
      const events = source.pipe(sse(), map(inStandardWords));
      expectObservable(events).toBe(expected, { f: block('a'), g: block('b') });
    });
  });
});
