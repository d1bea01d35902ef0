/** Who is asked for what and when, and whose a refusal is, in virtual time. */
import {
  asyncScheduler,
  mergeAll,
  Observable,
  switchMap,
  tap,
  timer,
  type Subscription,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  type Channel,
} from '../../../../src/connect/channels.ts';
import { MastodonApiError } from '../../../../src/model/errors.ts';
import { Subscriptions } from '../../../../src/transport/websocket/subscriptions/subscriptions.ts';
import type { SocketItem } from '../../../../src/transport/websocket/subscriptions/subscriptionTable.ts';

const itemsOf = (
  subscriptions: Subscriptions,
  channel: Channel,
  config?: Parameters<Subscriptions['join']>[2],
): Observable<SocketItem> =>
  new Observable<Observable<SocketItem>>((opened) => {
    subscriptions.join(channel, opened, config);
  }).pipe(switchMap((items$) => items$));

interface Stage {
  /** Subscribes at once, and returns what unsubscribes. */
  readonly join: (channel: Channel, as?: string) => () => void;
  readonly subscriptions: Subscriptions;
  readonly receive: (message: object | string) => void;
  /** Does something so many ms after the beginning. */
  readonly at: (time: number, act: () => void) => void;
  /** `500 unsubscribe user`: what was sent, and when, in ms. */
  readonly sent: string[];
  /** `0 user: delete 1`, `1000 list 7: 401 Not authorized`: what members got, and when. */
  readonly got: string[];
}

function stage(play: (on: Stage) => void, { multiplex = true } = {}): Stage {
  const sent: string[] = [];
  const got: string[] = [];
  const now = (): string => String(asyncScheduler.now());
  const subscriptions = new Subscriptions({
    multiplex,
    send: (text) => {
      const { type = '', ...params } = JSON.parse(text) as Record<string, string>;
      sent.push([now(), type, ...Object.values(params)].join(' '));
    },
    errorOf: ({ error, status = 500 }) => new MastodonApiError(error, { status, error }),
  });
  const on: Stage = {
    ...{ sent, got, subscriptions },
    join: (channel, as = channel.stream.join(' ')) => {
      const say = (what: string): void => void got.push(`${now()} ${as}: ${what}`);
      const subscription = itemsOf(subscriptions, channel).subscribe({
        next: (item) => {
          if (item.type === 'warning') say(`warning ${item.payload.code}`);
          else if (item.type === 'unreadable') say(`unreadable ${String(item.event)}`);
          else say(`${String(item.event)} ${item.data}`);
        },
        error: (error: unknown) => {
          const { status, error: words } = error as MastodonApiError;
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

const list = (id: string) => listChannel(id);
const tag = (name: string) => hashtagChannel(name, {});
const event = (stream: string[], payload = '1') => ({ stream, event: 'delete', payload });
const foreign = { error: 'Not authorized to stream this list', status: 401 };
const unknown = { error: 'Unknown stream type', status: 400 };
const scope = { error: 'Access token does not have the required scopes', status: 401 };
const trouble = { error: 'An unexpected error occurred', status: 500 };

describe('a subscription', () => {
  it('is asked for by its first member, and given up for good by its last one', () => {
    const { sent } = stage(({ join, at }) => {
      const first = join(userChannel);
      const second = join(userChannel);
      at(1_000, first);
      at(2_000, second);
    });
    expect(sent).toEqual(['0 subscribe user', '2500 unsubscribe user']);
  });

  it('is kept for 500 ms, in which coming back costs nothing and misses nothing', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      at(0, join(userChannel));
      at(499, () => join(userChannel));
      at(5_000, () => receive(event(['user'])));
    });
    expect(sent).toEqual(['0 subscribe user']);
    expect(got).toEqual(['5000 user: delete 1']);
  });

  it('is asked for again only 500 ms after it was given up: the frames could overtake each other', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      at(0, join(list('42')));
      at(501, () => join(list('42')));
      at(600, () => receive(event(['list', '42'], 'late, and for nobody’s own subscription')));
      at(2_000, () => receive(event(['list', '42'])));
    });
    expect(sent).toEqual([
      '0 subscribe list 42',
      '500 unsubscribe list 42',
      '1000 subscribe list 42',
    ]);
    expect(got.at(-1)).toBe('2000 list 42: delete 1');
  });

  it('is open as soon as the server was asked for it, and not before: what is live then is not missed', () => {
    const opened: string[] = [];
    const { sent } = stage(({ at, subscriptions, sent: frames }) => {
      const join = (): Subscription =>
        new Observable<Observable<SocketItem>>((member) => {
          subscriptions.join(userChannel, member);
        }).subscribe(() => opened.push(`${asyncScheduler.now()} after ${frames.length} frames`));
      const first = join();
      at(1, () => join().unsubscribe());
      at(100, () => first.unsubscribe());
      at(601, () => void join());
    });
    expect(sent).toEqual(['0 subscribe user', '600 unsubscribe user', '1100 subscribe user']);
    expect(opened).toEqual(['0 after 1 frames', '1 after 1 frames', '1100 after 3 frames']);
  });

  it('survives a thousand turns in one breath with two frames', () => {
    const { sent } = stage(({ join }) => {
      for (let turn = 0; turn < 1_000; turn++) join(userChannel)();
    });
    expect(sent).toEqual(['0 subscribe user', '500 unsubscribe user']);
  });

  it('of tags that the server folds is one, and reaches all under whichever spelling', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      const first = join(tag('Café'));
      join(tag('CAFE'));
      receive(event(['hashtag', 'Café']));
      at(1_000, first);
      at(2_000, () => receive(event(['hashtag', 'Café'], '2')));
    });
    expect(sent).toEqual(['0 subscribe hashtag Café']);
    expect(got).toEqual([
      '0 hashtag Café: delete 1',
      '0 hashtag CAFE: delete 1',
      '2000 hashtag CAFE: delete 2',
    ]);
  });

  it('that overtook its own unsubscribe is given up again as soon as it stirs, and only once', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      at(0, join(tag('rxjs')));
      join(userChannel);
      at(2_000, () => {
        receive(event(['hashtag', 'rxjs']));
        receive(event(['hashtag', 'rxjs']));
      });
    });
    expect(sent.filter((line) => line.includes('hashtag'))).toEqual([
      '0 subscribe hashtag rxjs',
      '500 unsubscribe hashtag rxjs',
      '2000 unsubscribe hashtag rxjs',
    ]);
    expect(got).toEqual([]);
  });

  it('of a fork is known by its name, whatever its parameters', () => {
    const { got } = stage(({ join, receive }) => {
      join(forkChannel({ name: 'antenna', path: 'antenna', params: { antenna: '7' } }));
      join(userChannel);
      receive(event(['antenna']));
    });
    expect(got).toEqual(['0 antenna 7: delete 1']);
  });

  it('reaches who was there when the event came, whoever comes or goes in its course', () => {
    const got: string[] = [];
    const subscriptions = new Subscriptions({
      ...{ multiplex: true, send: () => undefined },
      errorOf: ({ error }) => new MastodonApiError(error, { status: 500 }),
    });
    const join = (name: string, act: () => void = () => undefined): Subscription =>
      itemsOf(subscriptions, userChannel).subscribe(() => {
        got.push(name);
        act();
      });
    join('first', () => {
      join('third');
      second.unsubscribe();
    });
    const second = join('second');
    subscriptions.receive(JSON.stringify(event(['user'])));
    expect(got).toEqual(['first']);
    subscriptions.close();
  });
});

describe('a refusal', () => {
  it('is of the only one that was asked for and has not shown itself yet', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive(event(['user']));
      join(directChannel);
      receive(scope);
    });
    expect(got).toEqual(['0 user: delete 1', `0 direct: 401 ${scope.error}`]);
  });

  it.each([
    ['list', foreign, 'list 7'],
    ['tag', { error: 'Missing tag name parameter', status: 400 }, 'hashtag rxjs'],
    ['stream of a fork', unknown, 'public:bubble'],
  ])('that speaks of a %s is that one’s, however many there are', (_kind, refusal, whose) => {
    const { got } = stage(({ join, receive }) => {
      for (const channel of [userChannel, publicChannel({}), tag('rxjs'), list('7')]) join(channel);
      join(forkChannel({ name: 'public:bubble', path: 'public/bubble' }));
      receive(refusal);
    });
    expect(got).toEqual([`0 ${whose}: ${refusal.status} ${refusal.error}`]);
  });

  it('reaches all members of what was refused, and nobody else', () => {
    const { got, sent } = stage(({ join, receive }) => {
      join(list('7'), 'a');
      join(list('7'), 'b');
      join(userChannel);
      receive(foreign);
    });
    expect(got).toEqual([`0 a: 401 ${foreign.error}`, `0 b: 401 ${foreign.error}`]);
    expect(sent).toHaveLength(2);
  });

  it('that two can have earned: they are asked for again, alone, the newest first', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(list('42'));
      join(list('7'));
      join(list('43'));
      at(5, () => receive(foreign));
      // The second asking of 43 brings nothing, that of 7 the same answer.
      at(1_010, () => receive(foreign));
      at(3_000, () => receive(event(['list', '42'])));
    });
    expect(sent.slice(3)).toEqual(['505 subscribe list 43', '1005 subscribe list 7']);
    expect(got).toEqual([`1010 list 7: 401 ${foreign.error}`, '3000 list 42: delete 1']);
  });

  it('for each that can have earned one is everybody’s', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(userChannel);
      join(publicChannel({}));
      at(5, () => receive(scope));
      at(6, () => receive(scope));
    });
    expect(got).toEqual([`6 user: 401 ${scope.error}`, `6 public: 401 ${scope.error}`]);
    expect(sent).toHaveLength(2);
  });

  it('is looked into only when all answers have come: two of three', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      for (const id of ['1', '2', '3']) join(list(id));
      at(5, () => receive(foreign));
      at(9, () => receive(foreign));
      at(520, () => receive(foreign));
      at(530, () => receive(foreign));
    });
    expect(sent.slice(3)).toEqual(['509 subscribe list 3', '520 subscribe list 2']);
    expect(got).toEqual([`520 list 3: 401 ${foreign.error}`, `530 list 2: 401 ${foreign.error}`]);
  });

  it('holds back who comes while it is looked into, whose own answer would be taken for another’s', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(list('1'));
      join(list('2'));
      at(5, () => receive(foreign));
      at(10, () => join(list('3')));
      at(11, () => {
        join(list('4'))();
      });
      at(510, () => receive(foreign));
      at(520, () => receive(foreign));
    });
    expect(sent.slice(2)).toEqual(['505 subscribe list 2', '510 subscribe list 3']);
    // By then 1 cannot be meant any more.
    expect(got).toEqual([`510 list 2: 401 ${foreign.error}`, `520 list 3: 401 ${foreign.error}`]);
  });

  it('is not of one that has something to say meanwhile', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(list('1'));
      join(list('2'));
      at(5, () => receive(foreign));
      at(506, () => receive(event(['list', '2'])));
      at(507, () => receive(foreign));
    });
    expect(sent.slice(2)).toEqual(['505 subscribe list 2', '506 subscribe list 1']);
    expect(got).toEqual(['506 list 2: delete 1', `507 list 1: 401 ${foreign.error}`]);
  });

  it('that does not come again is a warning to all: a trouble that has passed', () => {
    const { got } = stage(({ join, receive, at }) => {
      join(userChannel);
      join(publicChannel({}));
      at(5, () => receive(trouble));
    });
    expect(got).toEqual([
      '1505 user: warning unclaimed-error',
      '1505 public: warning unclaimed-error',
    ]);
  });

  it('that nobody can have earned is a warning to all', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive(event(['user']));
      receive(event(['public']));
      receive(trouble);
    });
    expect(got.slice(2)).toEqual([
      '0 user: warning unclaimed-error',
      '0 public: warning unclaimed-error',
    ]);
  });

  it('of one that was left is nobody’s', () => {
    const { got, sent } = stage(({ join, receive, at }) => {
      join(userChannel);
      const leave = join(list('7'));
      leave();
      at(5, () => receive(foreign));
    });
    expect(got).toEqual([]);
    expect(sent).toEqual(['0 subscribe user', '0 subscribe list 7']);
  });

  it('to unsubscribe is nobody’s', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive({ error: 'Error unsubscribing from channel' });
    });
    expect(got).toEqual([]);
  });

  it('may be followed by another try, which is asked for anew', () => {
    const { got, sent } = stage(({ join, receive, at }) => {
      join(list('7'), 'first');
      receive(foreign);
      at(100, () => join(list('7'), 'second'));
      at(200, () => receive(event(['list', '7'])));
    });
    expect(sent).toHaveLength(2);
    expect(got).toEqual([`0 first: 401 ${foreign.error}`, '200 second: delete 1']);
  });
});

describe('a member that waits until the subscription is active', () => {
  const fenced = { error: 'Error unsubscribing from channel' };

  /** When it opens; events come to it only then. */
  const waits = (channel: Channel, play: (on: Stage) => void, config?: { multiplex: boolean }) => {
    const opened: string[] = [];
    const { sent } = stage((on) => {
      new Observable<Observable<SocketItem>>((member) => {
        on.subscriptions.join(channel, member, { waitUntilActive: true });
      })
        .pipe(
          tap(() => opened.push(`${asyncScheduler.now()} open`)),
          mergeAll(),
        )
        .subscribe((item) => opened.push(`${asyncScheduler.now()} ${item.type}`));
      play(on);
    }, config);
    return { sent, opened };
  };

  it('opens when the server answers the fence, which it does behind the subscribe', () => {
    const { sent, opened } = waits(userChannel, ({ at, receive }) => {
      at(30, () => receive(fenced));
    });
    expect(sent).toEqual(['0 subscribe user', '0 unsubscribe fence']);
    expect(opened).toEqual(['30 open']);
  });

  it('of a list waits for the answer about a list, which is looked up like its own', () => {
    const { sent, opened } = waits(list('42'), ({ at, receive }) => {
      at(30, () => receive(fenced));
    });
    expect(sent).toEqual(['0 subscribe list 42', '0 unsubscribe list 0']);
    expect(opened).toEqual(['30 open']);
  });

  it('opens with the first event of its stream, which is not lost', () => {
    const { opened } = waits(userChannel, ({ at, receive }) => {
      at(20, () => receive(event(['user'])));
      at(30, () => receive(fenced));
    });
    expect(opened).toEqual(['20 open', '20 frame']);
  });

  it('waits for all fences: answers overtake each other, and name no stream', () => {
    const { opened } = waits(list('42'), ({ at, receive, subscriptions }) => {
      itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe();
      at(20, () => receive(fenced));
      at(30, () => receive(fenced));
    });
    expect(opened).toEqual(['30 open']);
  });

  it('opens 2 s later where the server answers no fence', () => {
    expect(waits(userChannel, () => undefined).opened).toEqual(['2000 open']);
  });

  it('opens 500 ms later where the URL named the stream, and sends nothing', () => {
    const { sent, opened } = waits(userChannel, () => undefined, { multiplex: false });
    expect(sent).toEqual([]);
    expect(opened).toEqual(['500 open']);
  });

  it('that comes to a stream which is known to be listened for does not wait', () => {
    const { sent, opened } = waits(userChannel, ({ at, receive, join }) => {
      at(30, () => receive(fenced));
      at(40, () => join(userChannel));
    });
    expect(sent).toHaveLength(2);
    expect(opened).toEqual(['30 open']);
    const second = stage(({ subscriptions, receive, join, at }) => {
      join(userChannel);
      receive(event(['user']));
      at(1, () => itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe());
    });
    expect(second.sent).toEqual(['0 subscribe user']);
  });

  it('has a refusal meanwhile like everybody, and no fence is taken for one', () => {
    const { got } = stage(({ subscriptions, receive, at, got: list42 }) => {
      itemsOf(subscriptions, list('42'), { waitUntilActive: true }).subscribe({
        error: (error: unknown) => {
          list42.push(`${asyncScheduler.now()} ${(error as MastodonApiError).status}`);
        },
      });
      at(20, () => receive(foreign));
      at(21, () => receive(fenced));
    });
    expect(got).toEqual(['20 401']);
  });

  it('is fenced anew when its stream was given up and asked for again', () => {
    const { sent } = stage(({ subscriptions, receive, at }) => {
      const join = (): Subscription =>
        itemsOf(subscriptions, userChannel, { waitUntilActive: true }).subscribe();
      const first = join();
      receive(fenced);
      at(1, () => first.unsubscribe());
      at(600, () => void join());
    });
    expect(sent).toEqual([
      '0 subscribe user',
      '0 unsubscribe fence',
      '501 unsubscribe user',
      '1001 subscribe user',
      '1001 unsubscribe fence',
    ]);
  });
});

describe('a message that cannot be read', () => {
  const cut = '{"stream":["user"],"event":"update","payload":"{';

  it('is of the stream that its beginning names', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive(cut);
    });
    expect(got).toEqual(['0 user: unreadable update']);
  });

  it('is of the only stream, where it names none', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive('rubbish');
    });
    expect(got).toEqual(['0 user: unreadable undefined']);
  });

  it('is a warning to all, where it can be anybody’s', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive('rubbish');
    });
    expect(got).toEqual([
      '0 user: warning unreadable-message',
      '0 public: warning unreadable-message',
    ]);
  });
});

describe('a socket for one stream', () => {
  it('sends no frames, and has everything for that stream', () => {
    const { sent, got } = stage(
      ({ join, receive }) => {
        join(userChannel)();
        join(userChannel);
        receive(event(['whatever the server calls it']));
        receive({ event: 'delete', payload: '2' });
        receive(trouble);
      },
      { multiplex: false },
    );
    expect(sent).toEqual([]);
    expect(got).toEqual(['0 user: delete 1', '0 user: delete 2', `0 user: 500 ${trouble.error}`]);
  });
});
