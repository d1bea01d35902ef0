/** A browser sends preflights, which a spec must not count as requests. */
import { startFakeMastodon, type FakeMastodon } from '../../src/testing/index.ts';

/** The fake Mastodon of a page, which responds to preflights and does not list them. */
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
