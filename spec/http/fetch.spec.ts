/** `fetch` on platforms with an incomplete implementation, with a real server. */
import { firstValueFrom, mergeMap, of } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { http } from '../../src/http/fetch.ts';
import { readText } from '../../src/http/readText.ts';
import { MastodonUnsupportedError } from '../../src/model/errors.ts';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

/** Removes the body from all responses, like React Native. */
function hideBodies(): void {
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
    const response = await fetch(...args);
    return {
      ...{ status: response.status, headers: response.headers, url: response.url },
      arrayBuffer: () => response.arrayBuffer(),
    };
  });
  onTestFinished(() => void vi.unstubAllGlobals());
}

describe('http over fetch', () => {
  it('errors fatally for a stream if responses have no body, and names the WebSocket', async () => {
    const server = await fake();
    hideBodies();
    const headers = { authorization: `Bearer ${server.token}` };
    const url = new URL(`${server.url}/api/v1/streaming/public`);
    const body$ = http({ url, headers }).pipe(mergeMap(({ body }) => body));
    const error = await record(body$).ended;
    expect(error).toBeInstanceOf(MastodonUnsupportedError);
    expect(error).toMatchObject({ retryable: false, message: /transport: 'websocket'/ });
    await server.waitForDisconnections();
  });

  it('reads a short response without a body stream', async () => {
    const server = await fake();
    hideBodies();
    const url = new URL(`${server.url}/api/v2/instance`);
    const text$ = http({ url, headers: {} }).pipe(mergeMap((response) => readText(response, 1e6)));
    expect(JSON.parse(await firstValueFrom(text$))).toHaveProperty('configuration');
  });

  it('names fetch in its error if it is missing', async () => {
    const name = 'fetch';
    const { [name]: original } = globalThis as unknown as Record<string, unknown>;
    Reflect.deleteProperty(globalThis, name);
    onTestFinished(() => void Object.assign(globalThis, { [name]: original }));
    const error = await record(http({ url: new URL('http://127.0.0.1:1'), headers: {} })).ended;
    expect(error).toBeInstanceOf(MastodonUnsupportedError);
    expect(String(error)).toContain(`has no ${name}`);
  });

  it('sets cache: "no-store" only if requests support it', async () => {
    const seen: unknown[] = [];
    const { fetch } = globalThis;
    vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
      seen.push(init.cache);
      return fetch(url, init);
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const server = await fake();
    const request$ = http({ url: new URL(server.url), headers: {} });
    await firstValueFrom(request$);
    const cache = Object.getOwnPropertyDescriptor(Request.prototype, 'cache')!;
    Reflect.deleteProperty(Request.prototype, 'cache');
    onTestFinished(() => void Object.defineProperty(Request.prototype, 'cache', cache));
    await firstValueFrom(request$);
    expect(seen).toEqual(['no-store', undefined]);
  });
});

it('a stream errors if the runtime has no TextDecoder', async () => {
  // The decoders are created for the first stream of a process.
  vi.resetModules();
  const { sse } = await import('../../src/transport/sse/parseEventStream.ts');
  const errors = await import('../../src/model/errors.ts');
  vi.stubGlobal('TextDecoder', undefined);
  Reflect.deleteProperty(globalThis, 'TextDecoder');
  onTestFinished(() => void vi.unstubAllGlobals());
  const error = await record(of(new Uint8Array([58])).pipe(sse())).ended;
  expect(error).toBeInstanceOf(errors.MastodonUnsupportedError);
});
