/** Real NATS servers on loopback; without an installed one, their specs are skipped. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { onTestFinished } from 'vitest';

/** Debian installs nats-server in a folder of root's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** Whether `nats-server` is installed; said once where it is not, since its specs are then skipped. */
export const hasNatsServer =
  spawnSync('nats-server', ['--version'], { env: { PATH } }).status === 0;

if (!hasNatsServer)
  console.log('skipped: nats-server is not installed (apt-get install nats-server)');

/** Returns a free port of 127.0.0.1: restarted servers must have the same port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One `nats-server` with file storage, which can be killed and started again. */
export class NatsServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mastodon-rx-nats-'));
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  constructor(port: number, args: readonly string[] = []) {
    this.port = port;
    this.#args = args;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['-js', '-a', '127.0.0.1', '-p', String(this.port), '-sd', this.#folder];
    const child = spawn('nats-server', [...args, ...this.#args], {
      env: { PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (data: Buffer) => {
        if (said.length < 10_000) said += data.toString();
        if (said.includes('Server is ready')) resolve();
      });
      child.once('exit', () => reject(new Error(`nats-server ended:\n${said}`)));
    });
  }

  /** Sends SIGKILL: everything that was not written is lost. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A nats-server until the test ends. */
export async function startNatsServer(args: readonly string[] = []): Promise<NatsServer> {
  const natsServer = new NatsServer(await freePort(), args);
  onTestFinished(() => natsServer.close());
  await natsServer.start();
  return natsServer;
}

/**
 * The options of a connection that outlives its nats-server: by default nats.js gives up after ten attempts, waits
 * 20 s for a server that died while it was responding, and takes 4 min to notice silence.
 */
export const PATIENT = {
  maxReconnectAttempts: -1,
  reconnectTimeWait: 100,
  reconnectJitter: 50,
  timeout: 3_000,
  pingInterval: 3_000,
};

/** Connects to a nats-server, which must be running when the test ends. */
export async function connectTo(
  servers: string | string[],
): Promise<{ nc: NatsConnection; js: JetStreamClient }> {
  const nc = await connect({ servers, ...PATIENT });
  onTestFinished(async () => {
    if (nc.isClosed()) return;
    // nats.js 3.4 has an uncaught error if it is closed at the moment when nats-server dies.
    await nc.flush().catch(() => undefined);
    await nc.close();
  });
  return { nc, js: jetstream(nc) };
}

/** Returns the number of waiting requests for messages of a consumer; 0 if it does not exist yet. */
export async function waitingRequests(
  js: JetStreamClient,
  stream: string,
  consumer: string,
): Promise<number> {
  const { consumers } = await js.jetstreamManager(false);
  return consumers.info(stream, consumer).then(
    ({ num_waiting }) => num_waiting,
    () => 0,
  );
}
