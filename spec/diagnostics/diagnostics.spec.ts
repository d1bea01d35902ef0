import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DiagnosticsConnectionMessage, DiagnosticsEventMessage } from 'mastodon-rx';
import { NEVER, of } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../src/diagnostics/diagnostics.node.ts';
import { diagnose as inBrowsers } from '../../src/diagnostics/diagnostics.browser.ts';
import { fake, timelinesOf } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

/** The messages on a channel until the test ends. */
function heard<T>(name: string): T[] {
  const messages: T[] = [];
  const listen = (message: unknown): void => void messages.push(message as T);
  subscribe(name, listen);
  onTestFinished(() => void unsubscribe(name, listen));
  return messages;
}

const subscription = { stream: ['public'], transport: 'sse' } as const;

describe('mastodon-rx:connection', () => {
  it('publishes each change of status, with the error and the wait', async () => {
    const messages = heard<DiagnosticsConnectionMessage>('mastodon-rx:connection');
    const server = await fake();
    server.failNext(503);
    const reconnect = { delay: 1, jitter: false, count: 2 };
    const recording = record(timelinesOf(server, { reconnect }).public());
    await recording.until(({ type }) => type === 'connected');
    await server.waitForConnections();
    server.end();
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 2);
    recording.unsubscribe();

    const about = { stream: ['public'], transport: 'sse' };
    expect(messages).toEqual([
      { ...about, attempt: 0, status: 'connecting' },
      {
        ...about,
        attempt: 0,
        status: 'waiting',
        error: expect.objectContaining({ status: 503 }) as unknown,
        retryIn: 1,
      },
      { ...about, attempt: 1, status: 'connecting' },
      { ...about, attempt: 1, status: 'open' },
      { ...about, attempt: 1, status: 'waiting', error: expect.any(Error) as unknown, retryIn: 2 },
      { ...about, attempt: 2, status: 'connecting' },
      { ...about, attempt: 2, status: 'open' },
      { ...about, attempt: 2, status: 'closed' },
    ]);
  });

  it('publishes a stream that ends with an error as failed', async () => {
    const messages = heard<DiagnosticsConnectionMessage>('mastodon-rx:connection');
    const server = await fake();
    await record(timelinesOf(server, { accessToken: 'unknown' }).public()).ended;
    expect(messages.map(({ status }) => status)).toEqual(['connecting', 'failed']);
    expect(messages[1]!.error).toMatchObject({ status: 401 });
  });

  it('does not contain the token', async () => {
    const messages = heard('mastodon-rx:connection');
    const server = await fake();
    await record(timelinesOf(server, { accessToken: 'aSecretOfMine' }).public()).ended;
    expect(messages).toHaveLength(2);
    expect(JSON.stringify(messages)).not.toContain('aSecretOfMine');
  });
});

describe('mastodon-rx:event', () => {
  it('publishes each event with its connection', async () => {
    const messages = heard<DiagnosticsEventMessage>('mastodon-rx:event');
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
    expect(messages).toEqual(
      recording.values.map((event) => ({ ...subscription, attempt: 0, event })),
    );
  });
});

describe('a listener', () => {
  it('can throw without an effect on the stream', async () => {
    const uncaught = new Promise((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error);
      });
    });
    const buggy = (): void => {
      throw new Error('a bug of the listener');
    };
    subscribe('mastodon-rx:event', buggy);
    onTestFinished(() => void unsubscribe('mastodon-rx:event', buggy));
    const events = record(
      of({ type: 'delete', payload: '1', stream: [] }).pipe(
        diagnose(subscription.stream, () => subscription.transport).observe(),
      ),
    );
    expect(await events.ended).toBeUndefined();
    expect(events.values).toHaveLength(1);
    expect(await uncaught).toMatchObject({ message: 'a bug of the listener' });
  });
});

describe('without a listener', () => {
  it('a connection is returned unchanged, without an operator', () => {
    expect(channel('mastodon-rx:event').hasSubscribers).toBe(false);
    expect(diagnose(subscription.stream, () => subscription.transport).observe()(NEVER)).toBe(
      NEVER,
    );
  });

  it('a connection is returned unchanged in browsers, which have no such channels', () => {
    const events$ = of({ type: 'delete', payload: '1', stream: ['public'] });
    expect(inBrowsers(subscription.stream, () => subscription.transport).observe()(events$)).toBe(
      events$,
    );
  });
});
