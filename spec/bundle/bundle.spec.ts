/** What must be in no page, whatever it imports. How much is in one, `npm run size` judges. */
import { describe, expect, it } from 'vitest';
import { bundleOf } from './bundle.ts';
import { LEAST, ORDINARY, WHOLE } from './pages.ts';

describe('in a browser', () => {
  it.each([
    ['an ordinary page', ORDINARY],
    ['a page that imports everything', WHOLE],
  ])('%s has nothing of Node, and brings no rxjs of its own', async (_what, page) => {
    const { text, laterText, inputs, imports } = await bundleOf(page);
    const files = inputs.map(([file]) => file);

    expect((text + laterText).match(/.{0,20}(undici|node:).{0,20}/g)).toBeNull();
    expect(files).toContain('src/client/streams.browser.ts');
    expect(files.filter((file) => /undici|\bws\b|testing|cli\/|\.node\./.test(file))).toEqual([]);
    expect(new Set(imports)).toEqual(new Set(['rxjs']));
  });

  it('the streams come with the first of them: what a page begins with is the half', async () => {
    const { text, laterText, inputs } = await bundleOf(ORDINARY);
    const files = inputs.map(([file]) => file);

    expect(text.includes('text/event-stream')).toBe(false);
    expect(laterText.includes('text/event-stream')).toBe(true);
    const streaming = files.filter((file) =>
      /\/(client\/streams\.ts|http\/fetch|transport\/sse|decode|policies\/catchUp|connect\/discovery)/.test(file),
    );
    expect(streaming).toEqual([]);
    expect(files.filter((file) => file.includes('eventsource-parser'))).toEqual([]);
  });

  it('a page gets only what it imports', async () => {
    const [least, ordinary, whole] = await Promise.all([LEAST, ORDINARY, WHOLE].map(bundleOf));

    expect(least!.minified).toBeLessThan(ordinary!.minified);
    expect(ordinary!.minified).toBeLessThan(whole!.minified);
    const files = least!.inputs.map(([file]) => file);
    for (const other of ['toTimeline', 'distinctEvents', 'toAsyncIterable']) {
      expect(files).not.toContain(`src/operators/${other}.ts`);
    }
    expect(files.filter((file) => file.startsWith('src/listener/'))).toEqual([]);
  });
});
