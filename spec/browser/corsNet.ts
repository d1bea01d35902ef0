/**
 * `node:net` for specs whose server speaks no HTTP of its own: a browser asks for more than they say. It
 * answers preflights, as every Mastodon does, and lets the page see what they then answer.
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

/** Puts the headers into the head of an answer, which its specs write in one piece. */
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

/** Keeps `OPTIONS` from those who listen for data. */
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
