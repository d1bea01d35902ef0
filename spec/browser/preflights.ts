/** A browser asks before it asks: what a spec counts is the latter. */
import { startFakeMastodon, type FakeMastodon } from '../../src/testing/index.ts';

/** The fake Mastodon of a page, whose preflights are answered and not told. */
export async function startFakeForPage(
  ...args: Parameters<typeof startFakeMastodon>
): Promise<FakeMastodon> {
  const server = await startFakeMastodon(...args);
  const requests = () => server.requests.filter(({ method }) => method !== 'OPTIONS');
  const waitForRequests = async (count = 1): Promise<void> => {
    while (requests().length < count) await server.waitForRequests(server.requests.length + 1);
  };

  return new Proxy(server, {
    get: (target, key) => {
      if (key === 'requests') return requests();
      if (key === 'waitForRequests') return waitForRequests;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
