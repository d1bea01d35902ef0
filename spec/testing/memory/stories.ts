/** Histories that run on both fakes, the one on loopback and the one in memory. */
import type { StreamEvent, Timelines, TimelinesConfig } from 'mastodon-rx';
import type { FakeFlavour, FaultyServer } from 'mastodon-rx/testing/memory';

/** Either of the two fakes. */
export interface Fake extends FaultyServer {
  start(): unknown;
  stop(): unknown;
  restart(): unknown;
}

/** A fake, and a function for its timelines. */
export interface Stage {
  readonly server: Fake;
  readonly timelines: (config: Partial<TimelinesConfig>) => Timelines;
}

/** The transport and the flavour of a history. */
export interface Cast {
  readonly transport: 'auto' | 'sse' | 'websocket';
  readonly flavour: FakeFlavour;
}

export const CASTS: readonly Cast[] = [
  { transport: 'sse', flavour: 'mastodon' },
  { transport: 'websocket', flavour: 'mastodon' },
  { transport: 'auto', flavour: 'gotosocial' },
];

/** The configuration of the servers. */
export const SETTING = { heartbeatInterval: 500, pingInterval: 1_000 } as const;

/** An event as text that does not depend on ids, dates and hosts. */
function wordsFor(event: StreamEvent, host: string): string {
  const text = (words: string): string => words.replaceAll(host, 'HOST');
  switch (event.type) {
    case 'update':
    case 'status.update':
      return `${event.type} ${event.payload.content}${event.recovered ? ', recovered' : ''}`;
    case 'notification':
      return `notification ${event.payload.type}${event.recovered ? ', recovered' : ''}`;
    case 'disconnected':
      return `disconnected ${text(event.payload.error.message)}`;
    case 'connected':
      return 'connected';
    case 'warning':
      return `warning ${event.payload.code}`;
    case 'malformed':
      return `malformed ${event.payload.error.reason}`;
    case 'caught-up':
      return `caught-up ${event.payload.recovered} ${event.payload.complete}`;
    default:
      return event.type;
  }
}

/** Causes every fault in turn, with posts meanwhile, and returns the events of the user's stream as text. */
export async function everyFault(
  { server, timelines }: Stage,
  { transport }: Cast,
): Promise<readonly string[]> {
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const say = (words: string): void => {
    // The number of retries while the server does not listen depends on the time.
    if (words !== said.at(-1)) said.push(words);
    for (const look of waiting) look();
  };
  let heard = 0;
  /** Resolves at the next matching text after the last awaited one. */
  const until = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        waiting.delete(look);
        clearTimeout(patience);
      };
      const patience = setTimeout(() => {
        end();
        reject(new Error(`"${words}" was not said after ${said.slice(heard - 3).join(' | ')}`));
      }, 20_000);
      const look = (): void => {
        const at = said.findIndex((each, index) => index >= heard && each.startsWith(words));
        if (at < 0) return;
        heard = at + 1;
        end();
        resolve();
      };
      waiting.add(look);
      look();
    });

  const host = new URL(server.url).host;
  const subscription = timelines({
    ...{ transport, catchUp: true, onMalformed: 'emit', timeout: 3_000, closeDelay: 1 },
    connectTimeout: 20_000,
    reconnect: { delay: 1, maxDelay: 1, jitter: false },
  })
    .user()
    .subscribe({
      next: (event) => {
        if (event.type !== 'heartbeat') say(wordsFor(event, host));
      },
      error: (error: unknown) => {
        say(`error ${String(error).replaceAll(host, 'HOST')}`);
      },
    });

  await until('connected');
  await server.waitForConnections();
  const { id } = server.post({ content: 'one' });
  await until('update one');
  server.edit({ id, content: 'one, edited' });
  server.remove(id);
  server.notify({ type: 'follow' });
  await until('notification follow');

  /** Causes a fault; a post during it is missed, and is recovered. */
  const fault = async (name: string, act: () => unknown): Promise<void> => {
    await act();
    server.post({ content: `missed: ${name}` });
    await until(`update missed: ${name}, recovered`);
    await until('caught-up 1 true');
    await server.waitForConnections();
    server.post({ content: `after: ${name}` });
    await until(`update after: ${name}`);
  };

  await fault('end', () => {
    server.end();
  });
  await fault('drop', () => {
    server.drop();
  });
  await fault('reset', () => {
    server.reset();
  });
  await fault('restart', () => server.restart());
  await fault('stop', async () => {
    await server.stop();
    await until('disconnected No answer from HOST: ECONNREFUSED');
    await server.start();
  });
  await fault('half an event', () => {
    server.write(
      transport === 'sse' ? 'event: update\ndata: {"id":' : new Uint8Array([0x01, 0x05]),
    );
    server.drop();
  });
  await fault('failNext(503)', () => {
    server.failNext(503);
    server.end();
  });
  await fault('failNext(429)', () => {
    server.failNext(429, { 'retry-after': '0' }, { error: 'Slow down' });
    server.drop();
  });
  await fault('respondNext', () => {
    server.respondNext('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno', { end: true });
    server.end();
  });
  await fault('failNextRest(429)', () => {
    server.failNextRest(429, { 'retry-after': '0' });
    server.end();
  });
  await fault('delayRest', () => {
    server.delayRest(20);
    server.end();
  });
  server.delayRest(undefined);
  await fault('delayHeaders', () => {
    server.delayHeaders(20);
    server.end();
  });
  server.delayHeaders(undefined);

  server.throttle({ bytes: 4_000, every: 1 });
  server.post({ content: 'slowly' });
  await until('update slowly');
  server.throttle(undefined);

  server.stall();
  server.post({ content: 'silence' });
  await until('disconnected');
  server.resume();
  await until('update silence, recovered');
  await until('caught-up 1 true');

  await server.waitForConnections();
  const unreadable = transport === 'sse' ? 'event: update\ndata: {no json\n\n' : UNREADABLE_MESSAGE;
  server.write(unreadable);
  await until('malformed invalid-json');

  server.failNext(503);
  server.connections[0]!.drop();
  await until('connected');
  await until('caught-up 0 true');
  await server.waitForConnections();

  server.revoke(server.token);
  server.drop(); // GoToSocial streams continue after their token is revoked
  await until('error');
  subscription.unsubscribe();
  await server.waitForDisconnections();
  return said;
}

const UNREADABLE_MESSAGE = '{"stream":["user"],"event":"update","payload":"{no json"}';
