/** Arbitrary responses of a TCP server, heads and framing included, through real sockets. */
import fc from 'fast-check';
import { createTimelines, MastodonError } from 'mastodon-rx';
import { expect, it } from 'vitest';
import {
  anyCuts,
  cutAt,
  mutatedCapture,
  nastyJson,
  TIMEOUT,
  RUNS,
} from '../helpers/arbitraries.ts';
import { bytes } from '../helpers/bytes.ts';
import { captureOf } from '../helpers/captures.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';

const { raw } = captureOf('user-notification');

/** A header value, nearly as HTTP allows. */
const headerValue = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '0',
    '-1',
    '1e9',
    'x'.repeat(20_000),
    'chunked',
    'gzip',
    'text/event-stream',
    'soon',
  ),
);

const headerName = fc.constantFrom(
  ...'content-type content-length transfer-encoding content-encoding retry-after date'.split(' '),
  ...'location connection x-ratelimit-reset x-error-message upgrade x'.split(' '),
);

const composed = fc
  .tuple(
    fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 200, 200, 99, 600, 1000)),
    fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 }),
    fc.boolean(),
    fc.oneof(mutatedCapture, nastyJson.map(bytes)),
  )
  .map(([status, headers, isStream, body]) => {
    const type = isStream ? 'content-type: text/event-stream\r\n' : '';
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return new Uint8Array(
      Buffer.concat([bytes(`HTTP/1.1 ${status} OK\r\n${type}${lines}\r\n`), body]),
    );
  });

/** A real response with some bytes changed. */
const mutated = fc
  .array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 4 })
  .map((changes) => {
    const copy = new Uint8Array(raw.subarray(0, 2_000));
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });

it(
  'whatever a server responds and wherever it is cut, the stream ends with the connection, with an error of this library',
  async () => {
    let answer: readonly Uint8Array[] = [];
    const server = await rawServer((socket) => {
      for (const piece of answer) socket.write(piece);
      socket.end();
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(composed, mutated, fc.uint8Array({ maxLength: 300 })),
        anyCuts,
        async (wire, cuts) => {
          answer = cutAt(wire, cuts);
          const recording = record(timelines.public({ onMalformed: 'emit' }));
          const error = await recording.ended;
          recording.unsubscribe();
          expect(error).toBeInstanceOf(MastodonError);
          await server.disconnected();
        },
      ),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  },
  TIMEOUT,
);
