/** Plays a history of one socket in virtual time: members that join and leave, and the server's messages. */
import { asyncScheduler, Observable, switchMap, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { hashtagChannel, listChannel, type Channel } from '../../src/connect/channels.ts';
import { MastodonApiError } from '../../src/model/errors.ts';
import { ServerTraits } from '../../src/transport/websocket/serverTraits.ts';
import { Subscriptions } from '../../src/transport/websocket/subscriptions/subscriptions.ts';
import type { SocketItem } from '../../src/transport/websocket/subscriptions/subscriptionTable.ts';

export const itemsOf = (
  subscriptions: Subscriptions,
  channel: Channel,
  config?: Parameters<Subscriptions['join']>[2],
): Observable<SocketItem> =>
  new Observable<Observable<SocketItem>>((opened) => {
    subscriptions.join(channel, opened, config);
  }).pipe(switchMap((items$) => items$));

export interface Stage {
  /** Subscribes synchronously, and returns a function that unsubscribes. */
  readonly join: (channel: Channel, as?: string) => () => void;
  readonly subscriptions: Subscriptions;
  readonly traits: ServerTraits;
  readonly receive: (message: object | string) => void;
  /** Calls `act` that many ms after the beginning. */
  readonly at: (time: number, act: () => void) => void;
  /** `500 unsubscribe user`: the sent frames with their times in ms. */
  readonly sent: string[];
  /** `0 user: delete 1`, `1000 list 7: 401 Not authorized`: what the members received, with the times in ms. */
  readonly got: string[];
}

export interface StageConfig {
  readonly multiplex?: boolean;
  /** Whether the server has responded to frames before; undefined: unknown. */
  readonly respondsToFrames?: boolean | undefined;
  /** Whether `sent` includes fences. */
  readonly fences?: boolean;
}

const FENCES = /^unsubscribe (fence|list 0)$/;

export function stage(
  play: (on: Stage) => void,
  { multiplex = true, fences = false, ...known }: StageConfig = {},
): Stage {
  const sent: string[] = [];
  const got: string[] = [];
  const now = (): string => String(asyncScheduler.now());
  const traits = new ServerTraits();
  traits.respondsToFrames = 'respondsToFrames' in known ? known.respondsToFrames : true;
  const subscriptions = new Subscriptions({
    ...{ multiplex, traits },
    send: (text) => {
      const { type = '', ...params } = JSON.parse(text) as Record<string, string>;
      const frame = [type, ...Object.values(params)].join(' ');
      if (fences || !FENCES.test(frame)) sent.push(`${now()} ${frame}`);
    },
    onDelete: (label, id) => {
      subscriptions.receiveDelete(label, id);
    },
    errorOf: ({ error, status = 500 }) =>
      new MastodonApiError(error, { status, serverMessage: error }),
  });
  const on: Stage = {
    ...{ sent, got, subscriptions, traits },
    join: (channel, as = channel.stream.join(' ')) => {
      const say = (what: string): void => void got.push(`${now()} ${as}: ${what}`);
      const subscription = itemsOf(subscriptions, channel).subscribe({
        next: (item) => {
          if (item.type === 'warning') say(`warning ${item.payload.code}`);
          else if (item.type === 'unreadable') say(`unreadable ${String(item.event)}`);
          else say(`${String(item.event)} ${item.data}`);
        },
        error: (error: unknown) => {
          const { status, serverMessage: words } = error as MastodonApiError;
          say(`${status} ${String(words)}`);
        },
      });
      return () => subscription.unsubscribe();
    },
    receive: (message) => {
      subscriptions.receive(typeof message === 'string' ? message : JSON.stringify(message));
    },
    at: (time, act) => void timer(time).subscribe(act),
  };
  new TestScheduler(() => undefined).run(({ flush }) => {
    play(on);
    flush();
  });
  return on;
}

export const list = (id: string) => listChannel(id);
export const tag = (name: string) => hashtagChannel(name, {});
export const event = (stream: string[], payload = '1') => ({ stream, event: 'delete', payload });
export const foreign = { error: 'Not authorized to stream this list', status: 401 };
export const unknown = { error: 'Unknown stream type', status: 400 };
export const scope = { error: 'Access token does not have the required scopes', status: 401 };
export const trouble = { error: 'An unexpected error occurred', status: 500 };
