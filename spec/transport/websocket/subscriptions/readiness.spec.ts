/** The time at which a stream opens, and at which its subscription is unconfirmed, in virtual time. */
import { asyncScheduler, mergeAll, Observable, tap, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  directChannel,
  listChannel,
  publicChannel,
  userChannel,
  type Channel,
} from '../../../../src/connect/channels.ts';
import type { MastodonApiError } from '../../../../src/model/errors.ts';
import type { SocketItem } from '../../../../src/transport/websocket/subscriptions/subscriptionTable.ts';
import {
  event,
  foreign,
  itemsOf,
  list,
  stage,
  type Stage,
  type StageConfig,
} from '../../../helpers/subscriptionsStage.ts';

const fenced = { error: 'Error unsubscribing from channel' };

/** `30 open`, `31 frame`, `2000 unconfirmed`: the times of what a member of the channel receives. */
function waits(
  channel: Channel,
  play: (on: Stage) => void,
  { waitUntilActive = true, ...config }: StageConfig & { readonly waitUntilActive?: boolean } = {},
) {
  const opened: string[] = [];
  const say = (what: string): void => void opened.push(`${asyncScheduler.now()} ${what}`);
  const { sent, traits } = stage(
    (on) => {
      new Observable<Observable<SocketItem>>((member) => {
        on.subscriptions.join(channel, member, { waitUntilActive });
      })
        .pipe(
          tap(() => say('open')),
          mergeAll(),
        )
        .subscribe({
          next: (item) => say(item.type),
          error: (error: unknown) => say(String((error as MastodonApiError).status)),
        });
      on.subscriptions.unconfirmed(channel).subscribe(() => say('unconfirmed'));
      play(on);
    },
    { fences: true, ...config },
  );
  return { sent, opened, traits };
}

describe('a member that waits until the subscription is active', () => {
  it('opens at the response to the fence, which the server sends after the subscribe', () => {
    const { sent, opened } = waits(userChannel, ({ at, receive }) => {
      at(30, () => receive(fenced));
    });
    expect(sent).toEqual(['0 subscribe user', '0 unsubscribe fence']);
    expect(opened).toEqual(['30 open']);
  });

  it('of a list waits for the response to the fence of a list, which needs a query like its own', () => {
    const { sent, opened } = waits(list('42'), ({ at, receive }) => {
      at(30, () => receive(fenced));
    });
    expect(sent).toEqual(['0 subscribe list 42', '0 unsubscribe list 0']);
    expect(opened).toEqual(['50 open']);
  });

  it('opens with the first event of its stream, and emits it', () => {
    const { opened } = waits(userChannel, ({ at, receive }) => {
      at(20, () => receive(event(['user'])));
      at(30, () => receive(fenced));
    });
    expect(opened).toEqual(['20 open', '20 frame']);
  });

  it('waits for all fences of its kind: responses overtake each other, and name no stream', () => {
    const { opened } = waits(userChannel, ({ at, receive, subscriptions }) => {
      itemsOf(subscriptions, publicChannel({}), { waitUntilActive: true }).subscribe();
      at(20, () => receive(fenced));
      at(30, () => receive(fenced));
    });
    expect(opened).toEqual(['30 open']);
  });

  it('of a list ignores the response to the fence of another stream', () => {
    const { opened } = waits(list('42'), ({ at, receive, subscriptions }) => {
      itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe();
      at(20, () => receive(fenced));
      at(900, () => receive(fenced));
    });
    expect(opened).toEqual(['920 open']);
  });

  it('opens after 2 s without a response from a server that responded before', () => {
    expect(waits(userChannel, () => undefined).opened).toEqual(['2000 open']);
  });

  it('opens after 500 ms if the URL named the stream, and sends nothing', () => {
    const { sent, opened } = waits(userChannel, () => undefined, { multiplex: false });
    expect(sent).toEqual([]);
    expect(opened).toEqual(['500 open']);
  });

  it('opens at once if the stream is active already', () => {
    const { sent, opened } = waits(userChannel, ({ at, receive, join }) => {
      at(30, () => receive(fenced));
      at(40, () => join(userChannel));
    });
    expect(sent).toHaveLength(2);
    expect(opened).toEqual(['30 open']);
    const second = stage(
      ({ subscriptions, receive, join, at }) => {
        join(userChannel);
        receive(event(['user']));
        at(1, () => itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe());
      },
      { fences: true },
    );
    expect(second.sent).toEqual(['0 subscribe user']);
  });

  it('receives a refusal meanwhile, and no fence is mistaken for one', () => {
    const { opened } = waits(list('42'), ({ at, receive }) => {
      at(20, () => receive(foreign));
      at(21, () => receive(fenced));
    });
    expect(opened).toEqual(['20 401']);
  });

  it('receives a refusal before it opens, even if the response to its fence came first', () => {
    const { opened } = waits(list('42'), ({ at, receive }) => {
      at(20, () => receive(fenced));
      at(35, () => receive(foreign));
    });
    expect(opened).toEqual(['35 401']);
  });

  it('sends a new fence if its stream was unsubscribed from and subscribed to again', () => {
    const { sent } = stage(
      ({ subscriptions, receive, at }) => {
        const join = (): Subscription =>
          itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe();
        const first = join();
        receive(fenced);
        at(1, () => first.unsubscribe());
        at(600, () => void join());
      },
      { fences: true },
    );
    expect(sent).toEqual([
      '0 subscribe user',
      '0 unsubscribe fence',
      '501 unsubscribe user',
      '1001 subscribe user',
      '1001 unsubscribe fence',
    ]);
  });
});

describe('a member that does not wait', () => {
  const hasty = { waitUntilActive: false };

  it('opens at once, without a fence, if the server has responded before', () => {
    const { sent, opened } = waits(userChannel, () => undefined, hasty);
    expect(sent).toEqual(['0 subscribe user']);
    expect(opened).toEqual(['0 open']);
  });

  it('waits for the fence of a list: its refusal needs a query, and comes first', () => {
    const granted = waits(list('42'), ({ at, receive }) => at(300, () => receive(fenced)), hasty);
    expect(granted.opened).toEqual(['320 open']);
    const refused = waits(list('7'), ({ at, receive }) => at(300, () => receive(foreign)), hasty);
    expect(refused.opened).toEqual(['300 401']);
  });

  it('waits for the first fence if the server has not responded yet', () => {
    const config = { ...hasty, respondsToFrames: undefined };
    const { opened, traits } = waits(
      publicChannel({}),
      ({ at, receive }) => at(30, () => receive(fenced)),
      config,
    );
    expect(opened).toEqual(['30 open']);
    expect(traits.respondsToFrames).toBe(true);
  });

  it('opens at once, without a fence, if the server is one that responds to none', () => {
    const config = { ...hasty, respondsToFrames: false };
    const { sent, opened } = waits(listChannel('42'), () => undefined, config);
    expect(sent).toEqual(['0 subscribe list 42']);
    expect(opened).toEqual(['0 open']);
  });
});

describe('a subscription to a server that has not responded yet', () => {
  const unknown = { respondsToFrames: undefined };

  it('is unconfirmed after 2 s without a response and without an event; the fence is sent twice', () => {
    const { sent, opened, traits } = waits(userChannel, () => undefined, unknown);
    expect(sent).toEqual(['0 subscribe user', '0 unsubscribe fence', '1000 unsubscribe fence']);
    expect(opened).toEqual(['2000 unconfirmed']);
    // Only a socket of its own that works shows that the server ignores frames.
    expect(traits.respondsToFrames).toBeUndefined();
  });

  it('is confirmed by its own event, not by an event of another stream', () => {
    const { opened } = waits(
      userChannel,
      ({ at, receive, join }) => {
        join(publicChannel({}));
        at(100, () => receive(event(['public'])));
      },
      unknown,
    );
    expect(opened).toEqual(['2000 unconfirmed']);
    const { opened: confirmed } = waits(
      userChannel,
      ({ at, receive }) => at(100, () => receive(event(['user']))),
      unknown,
    );
    expect(confirmed).toEqual(['100 open', '100 frame']);
  });

  it('stays confirmed after any refusal, since a server that refuses does not ignore frames', () => {
    const { opened } = waits(
      userChannel,
      ({ at, receive, join }) => {
        join(list('7'));
        at(100, () => receive(foreign));
      },
      unknown,
    );
    expect(opened).toEqual(['2000 open']);
  });

  it.each([
    ['a late response', fenced],
    ['an event', event(['user'])],
  ])('opens at %s after that', (_what, message) => {
    const { opened } = waits(
      userChannel,
      ({ at, receive }) => at(3_000, () => receive(message)),
      unknown,
    );
    expect(opened.slice(0, 2)).toEqual(['2000 unconfirmed', '3000 open']);
  });

  it('reports unconfirmed to a later member at once', () => {
    const later: string[] = [];
    stage(({ subscriptions, join, at }) => {
      join(directChannel);
      at(2_500, () => {
        join(directChannel, 'second');
        subscriptions.unconfirmed(directChannel).subscribe(() => {
          later.push(`${asyncScheduler.now()} unconfirmed`);
        });
      });
    }, unknown);
    expect(later).toEqual(['2500 unconfirmed']);
  });

  it('starts its time again when it is subscribed to again', () => {
    const doubted: number[] = [];
    stage(({ subscriptions, at }) => {
      const first = itemsOf(subscriptions, userChannel).subscribe();
      at(1, () => first.unsubscribe());
      at(600, () => {
        itemsOf(subscriptions, userChannel).subscribe();
        subscriptions.unconfirmed(userChannel).subscribe(() => doubted.push(asyncScheduler.now()));
      });
    }, unknown);
    // Unsubscribed at 501, subscribed again at 1001.
    expect(doubted).toEqual([3_001]);
  });

  it('has the fenceTimeout of its member', () => {
    const at: number[] = [];
    stage(({ subscriptions }) => {
      itemsOf(subscriptions, userChannel, { fenceTimeout: 100 }).subscribe();
      subscriptions.unconfirmed(userChannel).subscribe(() => at.push(asyncScheduler.now()));
    }, unknown);
    expect(at).toEqual([100]);
  });
});
