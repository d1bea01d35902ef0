/**
 * `node:net` for specs whose server writes raw HTTP, without the headers that a browser needs. It
 * responds to preflights, like every Mastodon, and lets the page read the responses.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';

const ALLOW =
  'access-control-allow-origin: *\r\n' +
  'access-control-allow-headers: *, authorization\r\n' +
  'access-control-expose-headers: *\r\n';

export function createServer(onSocket: (socket: Socket) => void): Server {
  return createPlainServer((socket) => {
    allowAnswers(socket);
    answerPreflights(socket);
    onSocket(socket);
  });
}

/** Adds the headers to the head of a response, which the specs write in one piece. */
function allowAnswers(socket: Socket): void {
  for (const name of ['write', 'end'] as const) {
    const plain = Reflect.get(socket, name) as (...args: unknown[]) => unknown;
    Object.assign(socket, {
      [name]: (data: unknown, ...rest: unknown[]) =>
        Reflect.apply(plain, socket, [allowed(data), ...rest]),
    });
  }
}

function allowed(data: unknown): unknown {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) return data;
  const text = Buffer.from(data as string).toString('latin1');
  if (!text.startsWith('HTTP/1.1 ') || /^access-control-allow-origin:/im.test(text)) return data;
  return Buffer.from(text.replace('\r\n', `\r\n${ALLOW}`), 'latin1');
}

/** Hides `OPTIONS` requests from listeners for data. */
function answerPreflights(socket: Socket): void {
  const plain = socket.emit.bind(socket);
  Object.assign(socket, {
    emit: (name: string, ...args: unknown[]) => {
      if (name !== 'data' || !String(args[0]).startsWith('OPTIONS ')) return plain(name, ...args);
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      return true;
    },
  });
}
