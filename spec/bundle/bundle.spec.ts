/** Checks the contents of a page, the code that it must not have, and its size. */
import { describe, expect, it } from 'vitest';
import { bundleOf } from './bundle.ts';
import { BUDGET, LEAST, MEMORY, SSE_APP, WHOLE } from './pages.ts';

describe('in a browser', () => {
  it.each([
    ['an app over SSE', SSE_APP],
    ['a page that imports everything', WHOLE],
  ])('%s contains nothing of Node, and no rxjs of its own', async (_what, page) => {
    const { text, laterText, inputs, imports } = await bundleOf(page);
    const files = inputs.map(([file]) => file);

    expect((text + laterText).match(/.{0,20}(undici|node:).{0,20}/g)).toBeNull();
    expect(files).toContain('src/http/fetch.ts');
    expect(files.filter((file) => /undici|\bws\b|testing|cli\/|\.node\./.test(file))).toEqual([]);
    expect(new Set(imports)).toEqual(new Set(['rxjs']));
  });

  it('the fake in memory contains nothing of Node, and nothing that opens a connection', async () => {
    const { text, laterText, inputs, imports } = await bundleOf(MEMORY);
    const files = inputs.map(([file]) => file);

    expect(
      (text + laterText).match(/.{0,20}(undici|node:|fetch\(|new WebSocket).{0,20}/g),
    ).toBeNull();
    expect(files).toContain('src/testing/memory/createFakeMastodon.ts');
    expect(files).toContain('src/transport/websocket/createTransport.ts');
    expect(
      files.filter((file) => /loopback|src\/http\/(fetch|undici)|\.node\./.test(file)),
    ).toEqual([]);
    expect(new Set(imports)).toEqual(new Set(['rxjs']));
  });

  it('the WebSocket transport is in separate files, which the first stream over it loads', async () => {
    const { text, laterText, inputs } = await bundleOf(SSE_APP);

    expect(inputs.filter(([file]) => file.startsWith('src/transport/websocket/'))).toEqual([]);
    expect(text).not.toContain('new WebSocket');
    expect(laterText).toContain('new WebSocket');
  });

  it('an app over SSE stays within the budget of `npm run size`', async () => {
    expect((await bundleOf(SSE_APP)).gzipped).toBeLessThanOrEqual(BUDGET);
  });

  it('a page contains only what it imports', async () => {
    const [least, app, whole] = await Promise.all([LEAST, SSE_APP, WHOLE].map(bundleOf));

    expect(least!.minified).toBeLessThan(app!.minified);
    expect(app!.minified).toBeLessThan(whole!.minified);
    const files = least!.inputs.map(([file]) => file);
    for (const other of ['toTimeline', 'distinctEvents', 'toAsyncIterable']) {
      expect(files).not.toContain(`src/operators/${other}.ts`);
    }
    expect(files.filter((file) => file.startsWith('src/listener/'))).toEqual([]);
  });
});
