/** Checks what is in a page, what must not be, and how much it may be. */
import { describe, expect, it } from 'vitest';
import { bundleOf } from './bundle.ts';
import { BUDGET, LEAST, MEMORY, SSE_APP, WHOLE } from './pages.ts';

describe('in a browser', () => {
  it.each([
    ['an app over SSE', SSE_APP],
    ['a page that imports everything', WHOLE],
  ])('%s has nothing of Node, and brings no rxjs of its own', async (_what, page) => {
    const { text, laterText, inputs, imports } = await bundleOf(page);
    const files = inputs.map(([file]) => file);

    expect((text + laterText).match(/.{0,20}(undici|node:).{0,20}/g)).toBeNull();
    expect(files).toContain('src/http/fetch.ts');
    expect(files.filter((file) => /undici|\bws\b|testing|cli\/|\.node\./.test(file))).toEqual([]);
    expect(new Set(imports)).toEqual(new Set(['rxjs']));
  });

  it('the fake in memory has nothing of Node, and no way to a network', async () => {
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

  it('the WebSocket transport is in files of its own, which the first stream over it loads', async () => {
    const { text, laterText, inputs } = await bundleOf(SSE_APP);

    expect(inputs.filter(([file]) => file.startsWith('src/transport/websocket/'))).toEqual([]);
    expect(text).not.toContain('new WebSocket');
    expect(laterText).toContain('new WebSocket');
  });

  it('an app over SSE stays within the budget of `npm run size`', async () => {
    expect((await bundleOf(SSE_APP)).gzipped).toBeLessThanOrEqual(BUDGET);
  });

  it('a page gets only what it imports', async () => {
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
