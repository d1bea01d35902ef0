/** The attribution of a refusal to a stream, in virtual time. */
import { describe, expect, it } from 'vitest';
import {
  directChannel,
  forkChannel,
  publicChannel,
  userChannel,
} from '../../../../src/connect/channels.ts';
import {
  event,
  foreign,
  list,
  scope,
  stage,
  tag,
  trouble,
  unknown,
} from '../../../helpers/subscriptionsStage.ts';

describe('a refusal', () => {
  it('ends the only subscribed stream without an event', () => {
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
  ])('that names a %s ends that one, among any number of streams', (_kind, refusal, whose) => {
    const { got } = stage(({ join, receive }) => {
      for (const channel of [userChannel, publicChannel({}), tag('rxjs'), list('7')]) join(channel);
      join(forkChannel({ name: 'public:bubble', path: 'public/bubble' }));
      receive(refusal);
    });
    expect(got).toEqual([`0 ${whose}: ${refusal.status} ${refusal.error}`]);
  });

  it('reaches all members of the refused stream, and nobody else', () => {
    const { got, sent } = stage(({ join, receive }) => {
      join(list('7'), 'a');
      join(list('7'), 'b');
      join(userChannel);
      receive(foreign);
    });
    expect(got).toEqual([`0 a: 401 ${foreign.error}`, `0 b: 401 ${foreign.error}`]);
    expect(sent).toHaveLength(2);
  });

  it('that can be of two streams repeats their subscriptions one by one, the newest first', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(list('42'));
      join(list('7'));
      join(list('43'));
      at(5, () => receive(foreign));
      // The repeated subscription of 43 gets no response, that of 7 the same refusal.
      at(1_010, () => receive(foreign));
      at(3_000, () => receive(event(['list', '42'])));
    });
    expect(sent.slice(3)).toEqual(['505 subscribe list 43', '1005 subscribe list 7']);
    expect(got).toEqual([`1010 list 7: 401 ${foreign.error}`, '3000 list 42: delete 1']);
  });

  it('for each possible stream reaches all of them', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      join(userChannel);
      join(publicChannel({}));
      at(5, () => receive(scope));
      at(6, () => receive(scope));
    });
    expect(got).toEqual([`6 user: 401 ${scope.error}`, `6 public: 401 ${scope.error}`]);
    expect(sent).toHaveLength(2);
  });

  it('repeats subscriptions only when all refusals have arrived: two of three', () => {
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

  it('delays a new subscription during the repetition, so that its refusal is not mistaken for another’s', () => {
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
    // By then the refusal cannot be of 1.
    expect(got).toEqual([`510 list 2: 401 ${foreign.error}`, `520 list 3: 401 ${foreign.error}`]);
  });

  it('is not of a stream that has received an event meanwhile', () => {
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

  it('that does not come again is a warning to all', () => {
    const { got } = stage(({ join, receive, at }) => {
      join(userChannel);
      join(publicChannel({}));
      at(5, () => receive(trouble));
    });
    expect(got).toEqual([
      '1505 user: warning unattributed-error',
      '1505 public: warning unattributed-error',
    ]);
  });

  it('that cannot be of any stream is a warning to all', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive(event(['user']));
      receive(event(['public']));
      receive(trouble);
    });
    expect(got.slice(2)).toEqual([
      '0 user: warning unattributed-error',
      '0 public: warning unattributed-error',
    ]);
  });

  it('of a stream without members is ignored', () => {
    const { got, sent } = stage(({ join, receive, at }) => {
      join(userChannel);
      const leave = join(list('7'));
      leave();
      at(5, () => receive(foreign));
    });
    expect(got).toEqual([]);
    expect(sent).toEqual(['0 subscribe user', '0 subscribe list 7']);
  });

  it('of an unsubscribe is ignored', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive({ error: 'Error unsubscribing from channel' });
    });
    expect(got).toEqual([]);
  });

  it('can be followed by another subscription, with a new frame', () => {
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

describe('a close that refuses', () => {
  const refusal = { type: 'error', error: 'not your list', status: 401 } as const;
  const silent = { respondsToFrames: false };

  it('ends the only stream that was subscribed to a moment before and has received no event', () => {
    const { got } = stage(({ join, receive, subscriptions, at }) => {
      join(userChannel);
      receive(event(['user']));
      at(100, () => join(list('7')));
      at(200, () => subscriptions.receiveClose(refusal));
    }, silent);
    expect(got).toEqual(['0 user: delete 1', '200 list 7: 401 not your list']);
  });

  it('ends no stream if there are several: from then on each needs its own socket', () => {
    const { got, traits } = stage(
      ({ join, subscriptions, at }) => {
        join(userChannel);
        join(list('7'));
        at(200, () => subscriptions.receiveClose(refusal));
      },
      { respondsToFrames: undefined },
    );
    expect(got).toEqual([]);
    expect(traits.needsOwnSocket('user')).toBe(true);
  });

  it.each([
    ['comes long after the subscribe', 5_001, false],
    ['comes from a server that responds to frames', 200, true],
  ])('that %s is a lost connection', (_what, time, respondsToFrames) => {
    const { got } = stage(
      ({ join, subscriptions, at }) => {
        join(userChannel);
        at(time, () => subscriptions.receiveClose(refusal));
      },
      { respondsToFrames },
    );
    expect(got).toEqual([]);
  });

  it('ends the stream of a socket with one stream', () => {
    const { got } = stage(
      ({ join, subscriptions }) => {
        join(list('7'));
        subscriptions.receiveClose(refusal);
      },
      { multiplex: false },
    );
    expect(got).toEqual(['0 list 7: 401 not your list']);
  });
});
