import { createTimelines } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';

const timelinesAt = (url: string) => createTimelines({ baseUrl: url, streamingUrl: url });

describe('http over undici', () => {
  it('does not speak TLS: the socket is closed at once on unsubscription', async () => {
    const server = await rawServer(() => undefined, { greeting: true });
    const recording = record(timelinesAt(`https://127.0.0.1:${server.port}`).public());
    await server.connected();
    recording.unsubscribe();
    await server.disconnected();
    expect(recording.values).toEqual([]);
  });
});
