import { fakeConversation, fakeStatus } from 'mastodon-rx/testing';
import { of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/model/entities/conversation.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import {
  toConversations,
  type ToConversationsConfig,
} from '../../src/operators/toConversations.ts';

const conversation = (id: string, last: string | null): Conversation =>
  fakeConversation({ id, last_status: last === null ? null : fakeStatus({ id: last }) });

const event = (type: string, payload: unknown): BaseEvent<string, unknown> => ({
  ...{ type, payload, stream: ['direct'] },
});

function listOf(config: ToConversationsConfig = {}) {
  const events$ = new Subject<BaseEvent<string, unknown>>();
  const lists: (readonly Conversation[])[] = [];
  events$.pipe(toConversations(config)).subscribe((list) => lists.push(list));
  return {
    lists,
    feed: (...events: BaseEvent<string, unknown>[]) => events.forEach((each) => events$.next(each)),
    shown: () => lists.at(-1)?.map(({ id, last_status }) => [id, last_status?.id]),
  };
}

describe('toConversations', () => {
  it('lists each conversation once, and moves it up with its newest post', () => {
    const { feed, shown } = listOf({ initial: [conversation('a', '1'), conversation('b', '2')] });
    expect(shown()).toEqual([
      ['b', '2'],
      ['a', '1'],
    ]);
    feed(event('conversation', conversation('a', '3')));
    expect(shown()).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
  });

  it('keeps the newer state of a conversation whose events come out of order', () => {
    const { feed, shown, lists } = listOf();
    feed(
      event('conversation', conversation('a', '3')),
      event('conversation', conversation('a', '1')),
    );
    expect(shown()).toEqual([['a', '3']]);
    expect(lists).toHaveLength(2);
  });

  it('updates the post that is shown, and removes a conversation whose post is deleted', () => {
    const { feed, shown, lists } = listOf();
    feed(
      event('conversation', conversation('a', '1')),
      event('conversation', conversation('b', '2')),
    );
    const edited = fakeStatus({ id: '2', content: 'edited' });
    feed(event('status.update', edited));
    expect(lists.at(-1)![0]!.last_status).toBe(edited);
    feed(event('delete', '2'), event('conversation', conversation('c', '3')));
    expect(shown()).toEqual([
      ['c', '3'],
      ['b', undefined],
      ['a', '1'],
    ]);
  });

  it('requests the page below the last conversation’s post', () => {
    const more$ = new Subject<void>();
    const asked: unknown[] = [];
    const older = ((beforeId: string | undefined) => {
      asked.push(beforeId);
      return of({ items: [conversation('z', '1')], hasMore: false, lastId: '1' });
    }) as never;
    const { feed, shown } = listOf({ older$: more$, older });
    feed(event('conversation', conversation('a', '5')));
    more$.next();
    more$.next();
    expect(asked).toEqual(['5']);
    expect(shown()).toEqual([
      ['a', '5'],
      ['z', '1'],
    ]);
  });

  it.each([{ limit: 0 }, { initial: {} }, { group: true }])('rejects %j', (config) => {
    expect(() => toConversations(config as never)).toThrow(MastodonIllegalArgumentError);
  });
});
