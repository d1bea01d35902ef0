/** The choice of the transport over which a stream is opened, in virtual time. */
import { defer, NEVER, of, switchMap, throwError, timer, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonNetworkError, MastodonNotFoundError } from '../../src/model/errors.ts';
import { userChannel } from '../../src/connect/channels.ts';
import { STREAM_DEFAULTS } from '../../src/config/defaults.ts';
import { preferSse } from '../../src/transport/preferSse.ts';
import type { OpenStream } from '../../src/transport/transport.ts';
import { marbles } from '../helpers/marbles.ts';

const NOT_FOUND = new MastodonNotFoundError('nothing there', { status: 404 });
const LOST = new MastodonNetworkError('lost');
const OPENED: OpenStream = { warnings: [], items: NEVER };
const WARNED = {
  ...OPENED,
  warnings: [expect.objectContaining({ code: 'sse-unavailable' })] as OpenStream['warnings'],
};

/** Opens streams over the sources in turn, and logs which of them are subscribed to. */
function stage(sources: {
  readonly sse?: readonly Observable<OpenStream>[];
  readonly webSocket?: readonly Observable<OpenStream>[];
  readonly hasSse?: readonly Observable<boolean>[];
}) {
  const log: string[] = [];
  const next = <T>(name: string, of: readonly Observable<T>[] = []): Observable<T> => {
    const left = [...of];
    return defer(() => {
      log.push(name);
      return left.shift() ?? throwError(() => new Error(`${name} was not to be asked again`));
    });
  };
  const sse = next('sse', sources.sse);
  const webSocket = next('websocket', sources.webSocket);
  const { transport, current } = preferSse({
    ...{ sse: () => sse, webSocket: () => webSocket },
    hasSse$: next('health', sources.hasSse),
  });
  const open = (after = 0): Observable<OpenStream> =>
    timer(after).pipe(switchMap(() => transport(userChannel, STREAM_DEFAULTS)));
  return { log, current, open };
}

describe('preferSse', () => {
  it('opens over SSE, without further requests', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const { open, log, current } = stage({ sse: [cold('--a', { a: OPENED })] });
      expectObservable(open()).toBe('--a', { a: OPENED });
      flush();
      expect(log).toEqual(['sse']);
      expect(current()).toBe('sse');
    });
  });

  it('switches to WebSocket after a 404 if the server has no SSE at all, and warns once', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const { open, log, current } = stage({
        sse: [cold('--#', {}, NOT_FOUND)],
        hasSse: [cold('--(a|)', { a: false })],
        webSocket: [cold('--a', { a: OPENED }), cold('--a', { a: OPENED })],
      });
      expectObservable(open()).toBe('  ------a', { a: WARNED });
      expectObservable(open(10)).toBe('------------a', { a: OPENED });
      flush();
      // The choice is remembered: the second stream only tries the WebSocket.
      expect(log).toEqual(['sse', 'health', 'websocket', 'websocket']);
      expect(current()).toBe('websocket');
    });
  });

  it('sends one health request for streams that start together, of which one gets the warning', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const { open, log } = stage({
        sse: [cold('--#', {}, NOT_FOUND), cold('---#', {}, NOT_FOUND)],
        hasSse: [cold('----(a|)', { a: false })],
        webSocket: [cold('--a', { a: OPENED }), cold('--a', { a: OPENED })],
      });
      expectObservable(open()).toBe('--------a', { a: WARNED });
      expectObservable(open()).toBe('--------a', { a: OPENED });
      flush();
      expect(log.filter((name) => name === 'health')).toHaveLength(1);
    });
  });

  it('passes a 404 on if the server has SSE, since it is then of the list or the endpoint', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const { open, log } = stage({
        sse: [cold('--#', {}, NOT_FOUND), cold('--a', { a: OPENED })],
        hasSse: [cold('--(a|)', { a: true })],
      });
      expectObservable(open()).toBe('  ----#', {}, NOT_FOUND);
      expectObservable(open(10)).toBe('------------a', { a: OPENED });
      flush();
      expect(log).toEqual(['sse', 'health', 'sse']);
    });
  });

  it('passes any other error on, also that of an open stream, and that of the health request', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const { open, current } = stage({
        sse: [cold('--#', {}, LOST), cold('-#', {}, NOT_FOUND), cold('-#', {}, NOT_FOUND)],
        hasSse: [cold('-#', {}, LOST), of(false)],
        webSocket: [throwError(() => LOST)],
      });
      expectObservable(open()).toBe('  --#', {}, LOST);
      expectObservable(open(10)).toBe('------------#', {}, LOST);
      // A WebSocket that fails to open is not remembered as the transport.
      expectObservable(open(20)).toBe('---------------------#', {}, LOST);
      flush();
      expect(current()).toBe('sse');
    });
  });
});
