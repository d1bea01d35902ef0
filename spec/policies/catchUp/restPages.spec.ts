import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { http } from '#http';
import { fixedDiscovery } from '../../../src/connect/discovery.ts';
import type { Client } from '../../../src/connect/client.ts';
import { pause, requestPage } from '../../../src/policies/catchUp/restPages.ts';
import { marbles } from '../../helpers/marbles.ts';
import { rawServer } from '../../helpers/rawServer.ts';

const pageWith = async (headers: Record<string, string>, body = '[]') => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 200 OK\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
  const server = await rawServer((socket) => socket.write(head + body));
  const baseUrl = new URL(server.url);
  const client: Client = {
    baseUrl,
    allowInsecure: false,
    http,
    discovery: fixedDiscovery(baseUrl),
    authorization$: of({}),
  };
  return firstValueFrom(requestPage(client, new URL('/api/v1/timelines/home', baseUrl)));
};

const date = 'Sat, 21 Nov 2026 10:00:00 GMT';

describe('requestPage', () => {
  it.each([
    [
      'used up',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-21T10:01:00Z', date },
      60_000,
    ],
    [
      'reset in the past',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-21T09:00:00Z', date },
      0,
    ],
    [
      'not used up',
      { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '2026-11-21T10:01:00Z', date },
      0,
    ],
    ['malformed', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon', date }, 0],
    ['absent', {}, 0],
  ])('returns the time to wait if the rate limit is %s', async (_what, headers, wait) => {
    expect(await pageWith(headers)).toMatchObject({ items: [], wait });
  });

  it('follows the link to newer posts only on its own server', async () => {
    const elsewhere = '<https://elsewhere.example/api?min_id=9>; rel="prev"';
    expect((await pageWith({ link: elsewhere })).newer).toBeUndefined();
    const own = '</api?max_id=1>; rel="next", </api?min_id=9>; rel="prev"';
    expect((await pageWith({ link: own })).newer?.search).toBe('?min_id=9');
  });

  it.each([['{}'], ['<html>'], ['null']])('errors if the body is %s, not a list', async (body) => {
    await expect(pageWith({}, body)).rejects.toMatchObject({ name: 'MastodonApiError' });
  });
});

describe('pause', () => {
  it('waits, emits nothing, and completes', () => {
    marbles(({ expectObservable }) => {
      expectObservable(pause(60_000)).toBe('60s |');
      expectObservable(pause(0)).toBe('|');
    });
  });
});
