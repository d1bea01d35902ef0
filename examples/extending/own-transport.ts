// Another source of the bytes: the streaming server's Unix socket, for a bot on the same machine.
import { get } from 'node:http';
import {
  decodeEvents,
  MastodonApiError,
  MastodonNetworkError,
  MastodonStreamEndedError,
  reconnect,
  sse,
  type ReconnectConfig,
  type StreamEvent,
} from 'mastodon-rx';
import { Observable } from 'rxjs';

/** Emits the body in chunks; errors if it ends or does not arrive, with an error that says whether to retry. */
const bytesOf = (socketPath: string, accessToken: string): Observable<Uint8Array> =>
  new Observable((subscriber) => {
    const lost = (cause: Error): void =>
      subscriber.error(new MastodonNetworkError('The socket is lost', { cause }));
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${accessToken}` };
    const request = get({ socketPath, path: '/api/v1/streaming/user', headers }, (response) => {
      if (response.statusCode === 200) {
        response.on('data', (chunk: Buffer) => subscriber.next(chunk));
        response.on('end', () => subscriber.error(new MastodonStreamEndedError()));
        response.on('error', lost);
      } else {
        const { statusCode: status = 0 } = response;
        subscriber.error(new MastodonApiError(`The server answers ${status}`, { status }));
      }
    });
    request.on('error', lost);
    return () => request.destroy();
  });

export const userOver = (
  socketPath: string,
  accessToken: string,
  config: ReconnectConfig = {},
): Observable<StreamEvent> =>
  bytesOf(socketPath, accessToken).pipe(
    sse(),
    decodeEvents({ stream: ['user'] }),
    reconnect<StreamEvent>(config, ['user']),
  );
