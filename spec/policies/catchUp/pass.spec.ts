import { fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { BaseEvent } from '../../../src/model/events.ts';
import type { CatchUpContext } from '../../../src/policies/catchUp/context.ts';
import { LiveBuffer } from '../../../src/policies/catchUp/liveBuffer.ts';
import { Pass, type PassConfig } from '../../../src/policies/catchUp/pass.ts';
import { marbles } from '../../helpers/marbles.ts';
import { restContext } from '../../helpers/restClient.ts';

type Event = BaseEvent<string, unknown>;

const post = (id: number): Event => ({
  ...{ type: 'update', stream: ['user'] },
  payload: fakeStatus({ id: String(id) }),
});
const note = (id: number): Event => ({
  ...{ type: 'notification', stream: ['user'] },
  payload: fakeNotification({ id: String(id) }),
});

/** The ids from the first to the last. */
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** An event in short: `+3` is recovered, `n3` a notification. */
const short = ({ type, payload, recovered }: Event): string => {
  if (type === 'warning' || type === 'caught-up') return type;
  const { id } = payload as { id: string };
  return `${recovered ? '+' : ''}${type === 'notification' ? 'n' : ''}${id}`;
};

/** Runs a pass with these live events in its buffer. */
function run(
  context: CatchUpContext,
  live: readonly Event[] = [],
  config: Partial<PassConfig> = {},
): { pass: Pass<Event>; buffer: LiveBuffer<Event>; said: string[] } {
  const buffer = new LiveBuffer<Event>();
  for (const event of live) buffer.push(event);
  const pass = new Pass(context, buffer, { isProven: false, isStarted: true, ...config });
  const said: string[] = [];
  marbles(({ flush }) => {
    pass.recover().subscribe((event) => said.push(short(event)));
    flush();
  });
  return { pass, buffer, said };
}

/** The payload of `caught-up`. */
const outcomeOf = (pass: Pass<Event>): unknown => pass.caughtUp().payload;

describe('Pass', () => {
  it('emits the items after the position, the oldest first, one kind after the other', () => {
    const context = restContext(
      { status: [1, 2, 3], notification: [4, 5] },
      {},
      {
        status: '1',
        notification: '4',
      },
    );
    const { said, pass } = run(context);
    expect(said).toEqual(['+2', '+3', '+n5']);
    expect(outcomeOf(pass)).toEqual({
      ...{ recovered: 3, complete: true },
      cursor: { status: '3', notification: '5' },
    });
  });

  it('emits live events in the order of ids among them, each item once, and leaves newer ones in the buffer', () => {
    const context = restContext({ status: [2, 3, 5], notification: [] }, {}, { status: '1' });
    // 4 was deleted since: no page has it.
    const { said, buffer } = run(context, [post(4), note(9), post(3), post(6)]);
    expect(said).toEqual(['+2', '3', '4', '+5']);
    expect(buffer.drain().map(short)).toEqual(['n9', '6']);
  });

  it('ends at the first live event if that event proved the subscription', () => {
    const context = restContext({ status: range(1, 200) }, {}, { status: '1' });
    const { said } = run(context, [post(30)], { isProven: true });
    expect(said.at(-1)).toBe('+41'); // the page that reaches it
    expect(context.queries.filter((query) => query.startsWith('status'))).toHaveLength(1);
  });

  it('requests the newest ids if there is no position, and reports that it is incomplete', () => {
    const context = restContext({ status: [1, 2, 3], notification: [1] });
    const { said, pass } = run(context);
    expect(said).toEqual([]);
    expect(pass.isComplete).toBe(false);
    expect(context.position.cursor).toEqual({ status: '3', notification: '1' });
  });

  it('is complete without a position if the stream has just begun', () => {
    expect(run(restContext({ status: [1] }), [], { isStarted: false }).pass.isComplete).toBe(true);
  });

  it('fills each earlier gap up to its end', () => {
    const context = restContext({ status: range(1, 12) }, {}, { status: '3' });
    context.position.openGap('status', '7');
    for (const id of [7, 8]) context.position.accept(post(id));
    const { said } = run(context);
    expect(said).toEqual(['+4', '+5', '+6', ...range(9, 12).map((id) => `+${id}`)]);
    expect(context.position.gaps()).toBeUndefined();
  });

  it('opens a gap up to the first live event after a failed request, and warns', () => {
    const context = restContext(
      { status: 404, notification: [8] },
      {},
      {
        status: '3',
        notification: '7',
      },
    );
    const { said, pass } = run(context, [post(6)]);
    expect(said).toEqual(['warning', '+n8']);
    expect(outcomeOf(pass)).toMatchObject({
      ...{ complete: false, recovered: 1, cursor: { status: '3' } },
      gaps: { status: [{ after: '3', before: '6' }] },
    });
  });

  it('leaves out a kind that the token may not read, and is complete', () => {
    const context = restContext({ status: [4], notification: 403 }, {}, { status: '3' });
    const { said, pass } = run(context, [], { isStarted: false });
    expect(said).toEqual(['+4']);
    expect(outcomeOf(pass)).toEqual({ recovered: 1, complete: true, cursor: { status: '4' } });
  });

  it('reports the range that maxItems leaves out, and does not request it later', () => {
    const config = { catchUp: { prefer: 'oldest', maxItems: 2, timeout: 1_000 } } as const;
    const context = restContext({ status: range(1, 9) }, config, { status: '3' });
    const { said, pass } = run(context, [post(9)]);
    expect(said).toEqual(['+4', '+5']);
    expect(outcomeOf(pass)).toMatchObject({
      ...{ complete: false, gaps: { status: [{ after: '5', before: '9' }] } },
    });
    context.position.accept(post(9));
    expect(run(context).said).toEqual([]);
  });

  it('emits the newest items of the range with prefer: "newest"', () => {
    const config = { catchUp: { prefer: 'newest', maxItems: 2, timeout: 1_000 } } as const;
    const context = restContext({ status: range(1, 9) }, config, { status: '3' });
    const { said, pass } = run(context);
    expect(said).toEqual(['+8', '+9']);
    expect(outcomeOf(pass)).toMatchObject({ gaps: { status: [{ after: '3', before: '8' }] } });
  });

  it('begins with the newest items of a backfill, once', () => {
    const context = restContext({ status: range(1, 9) }, { backfill: { status: 3 } });
    expect(run(context, [], { isStarted: false }).said).toEqual(['+7', '+8', '+9']);
    expect(run(context).said).toEqual([]);
    expect(context.queries.filter((query) => query.startsWith('status'))).toEqual([
      'status?limit=3',
      'status?limit=40&min_id=7',
    ]);
  });

  it('opens a gap for each kind that it had not requested when it was interrupted', () => {
    const context = restContext(
      { status: [4], notification: [8] },
      {},
      {
        status: '3',
        notification: '7',
      },
    );
    const config = { isProven: false, isStarted: true };
    const pass = new Pass(context, new LiveBuffer<Event>(), config);
    const said: string[] = [];
    marbles(({ flush }) => {
      const first$ = pass.recover().pipe(take(1));
      first$.subscribe((event) => said.push(short(event)));
      flush();
    });
    said.push(short(pass.interrupt('enough')));
    expect(said).toEqual(['+4', 'warning']);
    expect(pass.isComplete).toBe(false);
    expect(context.position.gaps()).toMatchObject({ notification: [{ after: '7' }] });
  });
});
