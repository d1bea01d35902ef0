/** Injects the timelines of a fake Mastodon. */
import type { FactoryProvider } from '@angular/core';
import type { EventCodecs, NoEvents } from '../../model/events.ts';
import type { MemoryMastodon, MemoryTimelinesConfig } from '../../testing/memory/index.ts';
import { provide } from '../timelines.ts';

/**
 * Provides the timelines of a fake Mastodon in place of `provideTimelines`: the library's own, over
 * `createFakeMastodon()` of `mastodon-rx/testing/memory`.
 *
 * ```ts
 * const server = createFakeMastodon();
 * TestBed.configureTestingModule({ providers: [provideFakeTimelines(server)] });
 * ```
 *
 * @param config - the options of `createTimelines`; by default, those of the account `alice`.
 * @throws `MastodonIllegalArgumentError`, at the first injection, if the config is wrong.
 */
export function provideFakeTimelines<E extends EventCodecs = NoEvents>(
  server: MemoryMastodon,
  config: MemoryTimelinesConfig<E> = {},
): FactoryProvider {
  return provide(() => server.timelines(config));
}
