import { firstValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { MastodonNetworkError } from '../../src/model/errors.ts';
import { lazyImport } from '../../src/platform/lazyImport.ts';

describe('loaded', () => {
  it('loads nothing before it is subscribed to, and once for all who come', async () => {
    const load = vi.fn(() => Promise.resolve('part'));
    const part$ = lazyImport(load);
    expect(load).not.toHaveBeenCalled();
    const both = await Promise.all([firstValueFrom(part$), firstValueFrom(part$)]);
    expect(both).toEqual(['part', 'part']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('emits in the same turn what was loaded before', async () => {
    const part$ = lazyImport(() => Promise.resolve('part'));
    await firstValueFrom(part$);
    const seen: string[] = [];
    part$.subscribe({ next: (part) => seen.push(part), complete: () => seen.push('complete') });
    expect(seen).toEqual(['part', 'complete']);
  });

  it('errors where that fails, in a way that a retry helps, and asks again next time', async () => {
    const gone = new TypeError('Failed to fetch dynamically imported module');
    const load = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(gone)
      .mockResolvedValue('part');
    const part$ = lazyImport(load);
    const error: unknown = await firstValueFrom(part$).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(error).toMatchObject({ retryable: true, cause: gone });
    expect(await firstValueFrom(part$)).toBe('part');
  });

  it('brings nothing to who has left meanwhile', async () => {
    const part$ = lazyImport(() => Promise.resolve('part'));
    const seen: string[] = [];
    part$.subscribe((part) => seen.push(part)).unsubscribe();
    await firstValueFrom(part$);
    expect(seen).toEqual([]);
  });
});
