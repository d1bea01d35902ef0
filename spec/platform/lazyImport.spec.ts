import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { MastodonNetworkError, MastodonUnsupportedError } from '../../src/model/errors.ts';
import { lazyImport } from '../../src/platform/lazyImport.ts';
import { folder } from '../helpers/programs.ts';

describe('lazyImport', () => {
  it('loads nothing before it is subscribed to, and once for all subscribers', async () => {
    const load = vi.fn(() => Promise.resolve('part'));
    const part$ = lazyImport(load);
    expect(load).not.toHaveBeenCalled();
    const both = await Promise.all([firstValueFrom(part$), firstValueFrom(part$)]);
    expect(both).toEqual(['part', 'part']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('emits synchronously if the file has been loaded before', async () => {
    const part$ = lazyImport(() => Promise.resolve('part'));
    await firstValueFrom(part$);
    const seen: string[] = [];
    part$.subscribe({ next: (part) => seen.push(part), complete: () => seen.push('complete') });
    expect(seen).toEqual(['part', 'complete']);
  });

  it('errors with a retryable error if the file does not exist, and loads again at the next subscription', async () => {
    const at = folder();
    const file = pathToFileURL(join(at, 'part.mjs')).href;
    const part$ = lazyImport(() => import(/* @vite-ignore */ file) as Promise<{ part: string }>);
    const error: unknown = await firstValueFrom(part$).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(error).toMatchObject({ retryable: true, cause: { code: 'ERR_MODULE_NOT_FOUND' } });

    writeFileSync(join(at, 'part.mjs'), "export const part = 'part';");
    expect((await firstValueFrom(part$)).part).toBe('part');
  });

  it('errors with a fatal error that has the cause if the file cannot be evaluated', async () => {
    const at = folder();
    writeFileSync(join(at, 'part.mjs'), 'throw new Error(\'Dynamic require of "assert"\');');
    const file = pathToFileURL(join(at, 'part.mjs')).href;
    const part$ = lazyImport(() => import(/* @vite-ignore */ file) as Promise<unknown>);
    const error: unknown = await firstValueFrom(part$).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(MastodonUnsupportedError);
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining(
        'cannot be evaluated: Error: Dynamic require of "assert"',
      ) as string,
    });
  });

  it('emits nothing after its unsubscribe', async () => {
    const part$ = lazyImport(() => Promise.resolve('part'));
    const seen: string[] = [];
    part$.subscribe((part) => seen.push(part)).unsubscribe();
    await firstValueFrom(part$);
    expect(seen).toEqual([]);
  });
});
