const encoder = new TextEncoder();

/** The UTF-8 bytes of `text`. */
export const bytes = (text: string): Uint8Array => encoder.encode(text);

/** Every way of cutting `stream` in two, the empty halves included. */
export function* everyCut(stream: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  for (let cut = 0; cut <= stream.length; cut++) {
    yield [stream.subarray(0, cut), stream.subarray(cut)];
  }
}
