/** Connects through the proxy that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. */
import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { connectPatiently } from './connectPatiently.ts';

let shared: Dispatcher | undefined;

/** Makes the dispatcher for `dispatcher: 'env'`. It connects directly to hosts that need no proxy. */
export const envProxy = (): Dispatcher =>
  (shared ??= new EnvHttpProxyAgent({
    clientFactory: (origin, options) => new ProxyPool(origin, options),
    connect: (target, callback) => void connectPatiently(target, callback),
  }));

/** Holds the connections to a proxy. */
class ProxyPool extends Pool {
  // If a proxy closes the connection, undici would connect again at once, for ever.
  override connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(...args: Parameters<Dispatcher['connect']>): void;
  override connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    return super.connect(options).catch((cause: unknown) => {
      throw new ProxyError(cause);
    });
  }
}

/** Reports that a proxy did not respond. The error of its connection is the `cause`. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: string;

  constructor(cause: unknown) {
    super('The proxy did not respond', { cause });
    const { code } = cause as { code?: unknown };
    this.code = code === 'UND_ERR_SOCKET' || typeof code !== 'string' ? 'PROXY_CLOSED' : code;
  }
}

/** Returns the host of the proxy that a URL is requested through, by undici's rules; undefined if none is. */
export function proxyHostOf({ protocol, hostname, port }: URL): string | undefined {
  const { env } = process;
  const http = env['http_proxy'] ?? env['HTTP_PROXY'];
  const https = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? http;
  const proxy = protocol === 'https:' ? https : http;
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  const exceptions = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[,\s]+/).filter(Boolean);
  const isExcepted = exceptions.some((exception) => {
    const [name = '', onlyPort] = exception.toLowerCase().split(':');
    const suffix = name.replace(/^\*?\./, '');
    const isNamed = name === '*' || hostname === suffix || hostname.endsWith(`.${suffix}`);
    return isNamed && (onlyPort === undefined || onlyPort === port);
  });
  return isExcepted ? undefined : new URL(proxy).host;
}
