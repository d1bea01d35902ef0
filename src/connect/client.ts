/**
 * Makes the parts that all streams of a client share: the server, the account, and the function that sends
 * requests.
 */
import type { Observable } from 'rxjs';
import { controlsNetwork } from '#platform';
import { check, MAX_WAIT } from '../config/check.ts';
import { STREAM_DEFAULTS } from '../config/defaults.ts';
import type { TimelinesConfig } from '../config/options.ts';
import type { Http } from '../http/http.ts';
import type { EventCodecs } from '../model/events.ts';
import { authorizationOf, checkToken, type Authorization } from './accessToken.ts';
import { discover, fixedDiscovery, type Discovery } from './discovery.ts';
import type { RedirectRules } from './redirects.ts';
import { serverUrlOf } from './serverUrl.ts';

/** The parts that all streams of a client share. */
export interface Client extends RedirectRules {
  /** The streaming server's URL, and whether streams could be opened there. */
  readonly discovery: Discovery;
  /** Emits the headers that carry the token, once per subscription. */
  readonly authorization$: Observable<Authorization>;
}

/**
 * Checks the client's options, and returns the client. Opens nothing.
 *
 * @param network - sends the client's requests. Its other properties are copied to the client.
 * @throws `MastodonIllegalArgumentError` if one of the options is wrong.
 */
export function createClient<E extends EventCodecs, N extends { readonly http: Http }>(
  config: TimelinesConfig<E>,
  network: N,
): Client & N {
  const { accessToken, streamingUrl, dispatcher, userAgent, allowInsecure = false } = config;
  const { connectTimeout = STREAM_DEFAULTS.connectTimeout } = config;
  // The token that a function returns is checked when the function has returned it.
  if (accessToken !== undefined && typeof accessToken !== 'function') checkToken(accessToken);
  checkDispatcher(dispatcher);
  checkUserAgent(userAgent);

  const baseUrl = serverUrlOf('baseUrl', config.baseUrl, allowInsecure);
  const rules = { ...network, baseUrl, allowInsecure, dispatcher, userAgent };
  return {
    ...rules,
    authorization$: authorizationOf(accessToken),
    discovery:
      streamingUrl === undefined
        ? // Half of the time that a stream may take to open: a silent instance must not use all of it.
          discover({ ...rules, timeout: Math.min(connectTimeout / 2, MAX_WAIT) })
        : fixedDiscovery(serverUrlOf('streamingUrl', streamingUrl, allowInsecure)),
  };
}

function checkDispatcher(dispatcher: TimelinesConfig['dispatcher']): void {
  if (dispatcher === undefined) return;
  if (controlsNetwork) {
    check(
      dispatcher === 'env' ||
        typeof (dispatcher as unknown as { dispatch?: unknown } | null)?.dispatch === 'function',
      "dispatcher must be a Dispatcher, or 'env'",
    );
  } else {
    check(false, 'dispatcher is for Node: leave it out in a browser');
  }
}

function checkUserAgent(userAgent: unknown): void {
  if (userAgent === undefined) return;
  if (controlsNetwork) {
    check(
      typeof userAgent === 'string' && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(userAgent),
      "userAgent must be a string of visible ASCII characters: 'my-bot/1.0 (https://example.com)'",
    );
  } else {
    check(false, 'userAgent is for Node: leave it out in a browser');
  }
}
