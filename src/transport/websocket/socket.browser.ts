/** Opens WebSockets in browsers and other runtimes that have `WebSocket`. */
import { Observable, type Subscriber } from 'rxjs';
import { MastodonIllegalArgumentError, MastodonNetworkError } from '../../model/errors.ts';
import { requireGlobal } from '../../platform/requireGlobal.ts';
import { closedError, tokenOf, urlOf, type OpenSocket } from './socket.ts';

export const openSocket: OpenSocket = (request) =>
  new Observable((subscriber) => {
    const { url, tokenIn } = request;
    const address = urlOf(request);
    address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const token = tokenIn === 'subprotocol' ? tokenOf(request) : undefined;
    const socket = webSocketOf(address, token === undefined ? [] : [token]);
    let messages: Subscriber<string | undefined> | undefined;

    socket.onopen = () => {
      socket.onclose = ({ code, reason }) => messages?.error(closedError(code, reason, url));
      subscriber.next({
        ...{ status: 101, headers: {}, url },
        send: (text) => {
          socket.send(text);
        },
        messages: new Observable((inner) => {
          messages = inner;
        }),
      });
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      messages?.next(typeof data === 'string' ? data : undefined);
    };
    // A browser does not say why: neither a refused port nor the status of the response.
    socket.onclose = () => {
      subscriber.error(new MastodonNetworkError(`No WebSocket to ${url.host} could be opened`));
    };

    return () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    };
  });

function webSocketOf(url: URL, protocols: string[]): WebSocket {
  requireGlobal('WebSocket');
  try {
    return new WebSocket(url, protocols);
  } catch (error) {
    // RFC 6455, 4.1: a subprotocol is a token of HTTP. The browser's own message quotes it.
    const isSyntax = error instanceof Error && error.name === 'SyntaxError';
    throw isSyntax && protocols.length > 0
      ? new MastodonIllegalArgumentError(
          "this access token has characters that a WebSocket cannot carry as its subprotocol: tokenIn: 'query' can",
        )
      : new MastodonNetworkError(`No WebSocket to ${url.host} is allowed from here`);
  }
}
