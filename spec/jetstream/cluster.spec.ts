import { fromJetStream, setUpStreams, toJetStream } from 'mastodon-rx/jetstream';
import { retry, defer, Subject, lastValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectTo, NatsServer, freePort, hasNatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';

const PER_PHASE = 300;

/** Three servers that replicate, on loopback. */
async function cluster(): Promise<NatsServer[]> {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const routes = await Promise.all([freePort(), freePort(), freePort()]);
  const all = routes.map((port) => `nats://127.0.0.1:${port}`).join(',');
  const natsServers = ports.map(
    (port, n) =>
      new NatsServer(port, [
        ...['-n', `n${n}`, '--cluster_name', 'c'],
        ...['--cluster', `nats://127.0.0.1:${routes[n] ?? 0}`, '--routes', all],
      ]),
  );
  for (const natsServer of natsServers) onTestFinished(() => natsServer.close());
  await Promise.all(natsServers.map((natsServer) => natsServer.start()));
  return natsServers;
}

describe.skipIf(!hasNatsServer)('a cluster of three servers', () => {
  it('loses no acknowledged event while one server, then another, is killed', async () => {
    const natsServers = await cluster();
    const { js } = await connectTo(natsServers.map(({ url }) => url));
    // They refuse until they have elected a leader.
    await lastValueFrom(
      defer(() => setUpStreams(js, { replicas: 3 })).pipe(retry({ delay: 200 })),
      { defaultValue: undefined },
    );
    const manager = await js.jetstreamManager();
    const events$ = new Subject<{ type: string; payload: string; stream: string[] }>();
    const acknowledged = record(events$.pipe(toJetStream(js, { instance: 'mastodon.social' })));
    let published = 0;
    const publish = async (): Promise<void> => {
      for (let n = 0; n < PER_PHASE; n++) {
        events$.next({ type: 'delete', payload: String(++published), stream: ['public'] });
        if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const isWhole = async (): Promise<boolean> => {
      const info = await manager.streams.info('MASTODON').catch(() => undefined);
      const replicas = info?.cluster?.replicas ?? [];
      return replicas.length === 2 && replicas.every(({ current, offline }) => current && !offline);
    };
    const leader = async (): Promise<NatsServer> => {
      const { cluster: state } = await manager.streams.info('MASTODON');
      return natsServers[Number(state?.leader?.slice(1))]!;
    };

    await publish();
    const first = await leader();
    await Promise.all([publish(), first.kill()]);
    await acknowledged.until(published);
    await first.start();
    while (!(await isWhole()));
    const second = await leader();
    expect(second).not.toBe(first);
    await Promise.all([publish(), second.kill()]);
    await acknowledged.until(published);
    await second.start();

    const ids = acknowledged.values.map(({ payload }) => payload);
    const { messages } = (await manager.streams.info('MASTODON')).state;
    const stored = await record(
      defer(() => fromJetStream(js, { startFrom: 'all', maxAckPending: 10_000 })).pipe(
        retry({ delay: 200 }),
      ),
    ).until(messages);
    const held = stored.map(({ event }) => event.payload as string);
    expect(ids).toEqual(Array.from({ length: 3 * PER_PHASE }, (_, n) => String(n + 1)));
    expect(new Set(held)).toEqual(new Set(ids));
    expect(held).toHaveLength(ids.length);
  }, 180_000);
});
