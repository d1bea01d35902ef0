import { fromJetStream, setUpStreams, subjectOf, toJetStream } from 'mastodon-rx/jetstream';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { connectTo, hasNatsServer, startNatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';

const instance = 'mastodon.social';
const deleted = { type: 'delete', payload: '7', stream: ['public'] };

describe.skipIf(!hasNatsServer)('a dead letter', () => {
  it.each([
    ['the default name', {}, 'MASTODON', 'mastodon'],
    ['another name', { stream: 'M3', subjectPrefix: 'm3' }, 'M3', 'm3'],
    ['a prefix of two tokens', { stream: 'M4', subjectPrefix: 'fedi.m4' }, 'M4', 'fedi.m4'],
  ])(
    'is stored beside a stream of %s, and its event not delivered again',
    async (_what, names, stream, prefix) => {
      const natsServer = await startNatsServer();
      const { js } = await connectTo(natsServer.url);
      await setUpStreams(js, { storage: 'memory', ...names });
      const subjectPrefix = prefix;
      await lastValueFrom(of(deleted).pipe(toJetStream(js, { instance, subjectPrefix })));

      const deliveries$ = fromJetStream(js, { stream, consumer: 'worker', startFrom: 'all' });
      const [delivery] = await record(deliveries$).until(1);
      await delivery!.deadLetter('RangeError');

      const [letter] = await record(
        fromJetStream(js, { stream: `${stream}_DEAD`, startFrom: 'all' }),
      ).until(1);
      expect(letter?.event).toEqual(deleted);
      const manager = await js.jetstreamManager();
      const subject = subjectOf({ instance, subjectPrefix, stream: ['public'], type: 'delete' });
      const message = await manager.streams.getMessage(`${stream}_DEAD`, {
        last_by_subj: `${prefix}-dead.${subject}`,
      });
      expect(message?.header.get('Mastodon-Reason')).toBe('RangeError');
      let pending;
      do {
        pending = (await manager.consumers.info(stream, 'worker')).num_ack_pending;
      } while (pending > 0);
    },
    60_000,
  );
});
