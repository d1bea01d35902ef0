/** Arbitrary data of a network and a hostile server, for fast-check, which prints the seed of a failure. */
import fc from 'fast-check';
import { bytes } from './bytes.ts';
import { captureOf, STREAM_CAPTURES } from './captures.ts';

/** The number of cases of each property: 10,000, or `FUZZ_RUNS` for a long run. */
export const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);

/** The timeout of a property, in ms, which grows with the number of cases. */
export const TIMEOUT = Math.max(120_000, RUNS * 20);

/** Divided by `|`. */
const LETTERS =
  '\n|\n\n|\r|\r\n|\r\n\r\n|:| |data|data:|data: |event: |id: |retry: 5\n|:thump\n|event: update\n|data: {"id":"1"}\n\n|\0|\ufeff|ï»¿|☃|😹|\u2028';

const NO_UTF8 = [[0xff], [0xc0, 0xaf], [0xe2, 0x98], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0x80]];

/** Pieces of event streams, valid and invalid. */
const morsel: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(...LETTERS.split('|')).map(bytes),
  fc.string({ unit: 'binary', maxLength: 12 }).map(bytes),
  fc.constantFrom(...NO_UTF8).map((bad) => Uint8Array.from(bad)),
);

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));

const captures = STREAM_CAPTURES.map((name) => captureOf(name).body);

/** A piece of a recorded stream, with some bytes changed, removed, inserted or repeated. */
export const mutatedCapture: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...captures),
    fc.nat(),
    fc.integer({ min: 1, max: 1_500 }),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 3 }), morsel), { maxLength: 6 }),
  )
  .map(([capture, start, length, changes]) => {
    const from = start % capture.length;
    let stream: Uint8Array = capture.subarray(from, from + length);
    for (const [where, how, piece] of changes) {
      const at = where % (stream.length + 1);
      const head = stream.subarray(0, at);
      const rest = stream.subarray(at);
      if (how === 0) stream = joined([head, piece, rest]);
      else if (how === 1) stream = joined([head, rest.subarray(piece.length)]);
      else if (how === 2) stream = joined([head, piece, rest.subarray(piece.length)]);
      else stream = joined([stream.subarray(0, at), stream.subarray(Math.max(0, at - 40))]);
    }
    return stream;
  });

/** The bytes of a body: any bytes, characters of the standard's grammar, or nearly those of a real server. */
export const anyStream: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 4, arbitrary: fc.array(morsel, { maxLength: 40 }).map(joined) },
  { weight: 2, arbitrary: mutatedCapture },
);

/** The same with a final line end: the standard does not define the length of an unfinished line. */
export const anyLines: fc.Arbitrary<Uint8Array> = anyStream.map((stream) =>
  joined([stream, bytes('\n')]),
);

/** The positions at which a network may cut: they are brought within the stream's length. */
export const anyCuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 2_000 }), {
  maxLength: 12,
});

/** The stream in pieces, empty ones included. */
export function cutAt(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b);
  return [0, ...at].map((start, nth) => stream.slice(start, at[nth] ?? stream.length));
}

/** One text per line: names of prototypes, nearly valid JSON, extreme numbers, lone surrogates. */
const ODDITIES = String.raw`
{"__proto__":{"polluted":1}}
{"constructor":{"prototype":{"polluted":1}}}
[{"__proto__":[]}]
{"account":{"__proto__":null,"id":"1"}}
{"toString":1,"valueOf":2}
{"id":{"toString":"x"}}
[{"toString":1}]
{"then":1,"toJSON":1,"length":4294967296,"hasOwnProperty":1}
{"id":1}
{"id":"__proto__"}
{"a":1,"a":2}
{"a":1}x
[
undefined
NaN
1e999
-1e999
-0
0.1e-400
117420000000000001
9007199254740993
123456789012345678901234567890
"\ud800"
"\udc00\ud800"
"\u0000"`.split('\n'); // the first is the empty text

/** Nested deeply enough to overflow a recursive function. */
const deepJson = fc
  .tuple(
    fc.constantFrom('[', '{"reblog":', '{"a":[', '{"account":', '{"quote":{"quoted_status":'),
    fc.constantFrom(500, 8_000),
  )
  .map(([open, depth]) => {
    const brackets = open.replace(/[^[{]/g, '').split(/(?:)/);
    const close = brackets.map((bracket) => (bracket === '[' ? ']' : '}')).reverse();
    return `${open.repeat(depth)}null${close.join('').repeat(depth)}`;
  });

/** JSON text that often breaks parsers and object walkers; few of them are deep, since those are slow. */
export const nastyJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 20, arbitrary: fc.constantFrom(...ODDITIES) },
  { weight: 1, arbitrary: deepJson },
);
