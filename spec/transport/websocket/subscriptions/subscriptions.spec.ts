/** The frames of subscriptions, and the routing of messages to streams, in virtual time. */
import { asyncScheduler, Observable, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  directChannel,
  forkChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
} from '../../../../src/connect/channels.ts';
import { MastodonApiError } from '../../../../src/model/errors.ts';
import { ServerTraits } from '../../../../src/transport/websocket/serverTraits.ts';
import { Subscriptions } from '../../../../src/transport/websocket/subscriptions/subscriptions.ts';
import type { SocketItem } from '../../../../src/transport/websocket/subscriptions/subscriptionTable.ts';
import { event, itemsOf, list, stage, tag, trouble } from '../../../helpers/subscriptionsStage.ts';

describe('a subscription', () => {
  it('is sent for its first member, and unsubscribed for its last one', () => {
    const { sent } = stage(({ join, at }) => {
      const first = join(userChannel);
      const second = join(userChannel);
      at(1_000, first);
      at(2_000, second);
    });
    expect(sent).toEqual(['0 subscribe user', '2500 unsubscribe user']);
  });

  it('is kept for 500 ms, in which a new member needs no frame and misses nothing', () => {
    const { sent, got } = stage(({ join, receive, at }) => {
      at(0, join(userChannel));
      at(499, () => join(userChannel));
      at(5_000, () => receive(event(['user'])));
    });
    expect(sent).toEqual(['0 subscribe user']);
    expect(got).toEqual(['5000 user: delete 1']);
  });

  it('is sent again only 500 ms after its unsubscribe, since the frames could overtake each other', () => {
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

  it('opens as soon as the subscribe was sent, and not before', () => {
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

  it('needs two frames for a thousand synchronous members', () => {
    const { sent } = stage(({ join }) => {
      for (let turn = 0; turn < 1_000; turn++) join(userChannel)();
    });
    expect(sent).toEqual(['0 subscribe user', '500 unsubscribe user']);
  });

  it('of tags that the server folds is one, and reaches every spelling', () => {
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

  it('that overtook its own unsubscribe is unsubscribed again at its first event, and only once', () => {
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

  it('of a fork’s channel is identified by its name, whatever its parameters', () => {
    const { got } = stage(({ join, receive }) => {
      join(forkChannel({ name: 'antenna', path: 'antenna', params: { antenna: '7' } }));
      join(userChannel);
      receive(event(['antenna']));
    });
    expect(got).toEqual(['0 antenna 7: delete 1']);
  });

  it('reaches the members at the time of the event, whoever joins or leaves during it', () => {
    const got: string[] = [];
    const subscriptions = new Subscriptions({
      ...{ multiplex: true, send: () => undefined, traits: new ServerTraits() },
      onDelete: () => undefined,
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

describe('a malformed message', () => {
  const cut = '{"stream":["user"],"event":"update","payload":"{';

  it('is of the stream that its beginning names', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive(cut);
    });
    expect(got).toEqual(['0 user: unreadable update']);
  });

  it('is of the only stream if it names none', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive('rubbish');
    });
    expect(got).toEqual(['0 user: unreadable undefined']);
  });

  it('is a warning to all if it can be of any stream', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      join(publicChannel({}));
      receive('rubbish');
    });
    expect(got).toEqual([
      '0 user: warning malformed-message',
      '0 public: warning malformed-message',
    ]);
  });
});

describe('a socket for one stream', () => {
  it('sends no frames, and routes everything to that stream', () => {
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

describe('a label', () => {
  const update = (stream: string[]) => ({ stream, event: 'update', payload: '{}' });

  it.each([
    ['of GoToSocial', ['list:01M8'], 'list 01M8'],
    ['of Akkoma, of a list', ['list:12'], 'list 12'],
    ['of Akkoma, of a hashtag', ['hashtag:cats'], 'hashtag Cats'],
    ['of Akkoma, of the account', ['user:9xUs0'], 'user'],
    ['of Akkoma, of its conversations', ['direct:9xUs0'], 'direct'],
    ['of Akkoma, of its notifications', ['user:notification'], 'user:notification'],
    ['of Pleroma, with an additional element', ['public:remote', 'example.com'], 'public:remote'],
    ['of Mastodon', ['list', '12'], 'list 12'],
    ['of a fork', ['antenna'], 'antenna 7'],
  ])('%s is routed to its stream', (_what, stream, whose) => {
    const { got } = stage(({ join, receive }) => {
      for (const id of ['01M8', '12']) join(list(id));
      join(tag('Cats'));
      join(userChannel);
      join(userNotificationChannel);
      join(directChannel);
      join(publicChannel({}));
      join(publicChannel({ remote: true }));
      join(forkChannel({ name: 'antenna', path: 'antenna', params: { antenna: '7' } }));
      receive(update(stream));
    });
    expect(got).toEqual([`0 ${whose}: update {}`]);
  });

  it.each([
    [['public:local'], 'unsubscribe public:local'],
    [['user:notification'], 'unsubscribe user:notification'],
    [['list:13'], 'unsubscribe list 13'],
    [['hashtag', 'dogs'], 'unsubscribe hashtag dogs'],
  ])('%j without a member reaches no other stream, and is unsubscribed', (stream, frame) => {
    const { got, sent } = stage(({ join, receive }) => {
      for (const channel of [userChannel, publicChannel({}), list('12'), tag('cats')])
        join(channel);
      receive(update(stream));
    });
    expect(got).toEqual([]);
    expect(sent.slice(4)).toEqual([`0 ${frame}`]);
  });
});

describe('a delete', () => {
  const streams = [
    userChannel,
    userNotificationChannel,
    publicChannel({ local: true }),
    list('12'),
    tag('cats'),
    directChannel,
  ];
  const ULID = '01M8E969Q6CZ838CNKM2JPFQEA';

  const playDeletes = (...labels: (string[] | undefined)[]) =>
    stage(
      ({ join, receive }) => {
        for (const channel of streams) join(channel);
        for (const stream of labels) receive({ stream, event: 'delete', payload: ULID });
      },
      { respondsToFrames: false },
    ).got.map((line) => line.slice(2).replace(`: delete ${ULID}`, ''));

  it('that a server labels with the first stream reaches all streams that could have shown the post', () => {
    expect(playDeletes(['public:local'])).toEqual([
      'user',
      'public:local',
      'list 12',
      'hashtag cats',
    ]);
    expect(playDeletes(['user'])).toEqual([
      ...['user', 'public:local', 'list 12', 'hashtag cats', 'direct'],
    ]);
    expect(playDeletes(['direct'])).toEqual(['user', 'list 12', 'direct']);
  });

  it('without a label reaches all of them, too, once each, however often it is sent', () => {
    const all = ['user', 'public:local', 'list 12', 'hashtag cats', 'direct'];
    expect(playDeletes(undefined)).toEqual(all);
    expect(playDeletes(undefined, ['user'], undefined)).toEqual(all);
  });

  it('from a server that has responded to a fence like Mastodon reaches only its own stream', () => {
    const { got } = stage(
      ({ join, receive }) => {
        join(userChannel);
        join(publicChannel({}));
        for (let fence = 0; fence < 2; fence++)
          receive({ error: 'Error unsubscribing from channel' });
        receive({ stream: ['user'], event: 'delete', payload: 'of a fork' });
      },
      { respondsToFrames: undefined },
    );
    expect(got).toEqual(['0 user: delete of a fork']);
  });

  it('of an id in digits reaches only its own stream, since Mastodon sends one for each', () => {
    const { got } = stage(({ join, receive }) => {
      for (const channel of streams) join(channel);
      receive(event(['public:local'], '117420000000000001'));
      receive(event(['user'], '117420000000000001'));
    });
    expect(got).toEqual([
      '0 public:local: delete 117420000000000001',
      '0 user: delete 117420000000000001',
    ]);
  });

  it('confirms only the stream of its label', () => {
    const { traits } = stage(({ join, receive }) => {
      join(userChannel);
      join(list('12'));
      receive({ stream: ['user'], event: 'delete', payload: ULID });
    });
    expect(traits.confirmedByFrame.has('user')).toBe(true);
    expect(traits.confirmedByFrame.size).toBe(1);
  });
});

describe('pleroma:respond', () => {
  const respond = (payload: object) => ({
    event: 'pleroma:respond',
    payload: JSON.stringify(payload),
  });
  const granted = respond({ type: 'subscribe', result: 'success' });
  const refused = respond({ type: 'subscribe', result: 'error', error: 'bad_topic' });
  const unknown = { respondsToFrames: undefined };

  it('acknowledges the frames in their order, and opens the stream', () => {
    const opened: string[] = [];
    const { got } = stage(({ subscriptions, join, receive, at, got: log }) => {
      for (const channel of [userChannel, publicChannel({})]) {
        new Observable<Observable<SocketItem>>((member) => {
          subscriptions.join(channel, member);
        }).subscribe(() => opened.push(`${asyncScheduler.now()} ${channel.stream.join(' ')}`));
      }
      join(forkChannel({ name: 'bubble', path: 'bubble' }));
      at(10, () => receive(granted));
      at(20, () => receive(granted));
      at(30, () => receive(refused));
      at(3_000, () => log.push('the end'));
    }, unknown);
    expect(opened).toEqual(['10 user', '20 public']);
    expect(got).toEqual(['30 bubble: 500 bad_topic', 'the end']);
  });

  it('to a fence opens the stream before it, and marks the server as responding', () => {
    const { traits } = stage(({ join, receive, at }) => {
      join(userChannel);
      at(10, () => receive(respond({ type: 'unsubscribe', result: 'error', error: 'bad_topic' })));
    }, unknown);
    expect(traits.respondsToFrames).toBe(true);
  });

  it('emits nothing to a stream, whatever it contains', () => {
    const { got } = stage(({ join, receive }) => {
      join(userChannel);
      receive(respond({ type: 'pleroma:authenticate', result: 'success' }));
      receive({ event: 'pleroma:respond', payload: 'no JSON' });
      receive({ event: 'pleroma:respond', payload: null });
      receive({ event: 'pleroma:respond' });
    });
    expect(got).toEqual([]);
  });
});
