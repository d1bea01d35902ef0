/** A server for virtual time: it answers through the `dispatcher` option, without a network. */
import { createTimelines, type DispatcherLike, type Timelines } from 'mastodon-rx';
import { firstValueFrom } from 'rxjs';
import type { Dispatcher } from 'undici';
import { bytes } from './bytes.ts';

/** A request that waits for its answer, or is being answered. */
export interface VirtualRequest {
  readonly path: string;
  /** Whether the client has left. */
  readonly aborted: boolean;
  head(status: number, headers?: Record<string, string>): void;
  write(text: string | Uint8Array): void;
  end(): void;
  fail(code: string): void;
}

/** Hands each request to `answer` in the turn in which it is sent. */
export function virtualServer(answer: (request: VirtualRequest) => void): DispatcherLike {
  return {
    dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      let aborted = false;
      const controller = {
        ...{ aborted: false, paused: false, reason: null, rawHeaders: null, rawTrailers: null },
        pause: () => undefined,
        resume: () => undefined,
        abort: () => {
          aborted = true;
        },
      } satisfies Dispatcher.DispatchController;
      handler.onRequestStart?.(controller, {});
      answer({
        path: options.path,
        get aborted() {
          return aborted;
        },
        head: (status, headers = {}) => handler.onResponseStart?.(controller, status, headers, ''),
        write: (text) =>
          handler.onResponseData?.(
            controller,
            Buffer.from(typeof text === 'string' ? bytes(text) : text),
          ),
        end: () => handler.onResponseEnd?.(controller, {}),
        fail: (code) =>
          handler.onResponseError?.(controller, Object.assign(new Error(code), { code })),
      });
      return true;
    },
  };
}

/** What a stream's head is. */
export const STREAM_HEADERS = { 'content-type': 'text/event-stream' };

/** The timelines of such a server. */
export const virtualTimelines = (answer: (request: VirtualRequest) => void): Timelines => {
  const url = 'http://127.0.0.1:1';
  return createTimelines({ baseUrl: url, streamingUrl: url, dispatcher: virtualServer(answer) });
};

/** For `beforeAll`: the first stream loads undici and `catchUp`, which virtual time does not wait for. */
export const loadUndici = (): Promise<unknown> =>
  firstValueFrom(
    virtualTimelines((request) => request.head(200, STREAM_HEADERS)).public({
      resumeFrom: '1',
    }),
  );
