import { Injector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { injectConversations, injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IN_BROWSER, ON_SERVER } from '../helpers/angular.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs the effects, and then advances the clock by this many ms. */
async function pass(ms = 100): Promise<void> {
  TestBed.tick();
  await vi.advanceTimersByTimeAsync(ms);
}

function open(backfill: number, limit?: number) {
  const server = createFakeMastodon();
  const live = () => {
    const timelines = provideFakeTimelines(server, { reconnect: true, catchUp: true });
    TestBed.configureTestingModule({ providers: [IN_BROWSER, timelines] });
    return TestBed.runInInjectionContext(() =>
      injectConversations(injectTimelines().direct({ backfill }), { limit }),
    );
  };
  return { server, live };
}

const contentsOf = ({ conversations }: ReturnType<typeof injectConversations>) =>
  conversations().map(({ last_status }) => last_status?.content);

const saying = (content: string) => ({ last_status: { content } });

describe('injectConversations', () => {
  it('lists the newest first, and moves a conversation up at its next post', async () => {
    const { server, live } = open(20);
    const { id } = server.converse(saying('a'));
    server.converse(saying('b'));
    const letters = live();
    expect([contentsOf(letters), letters.status()]).toEqual([[], 'connecting']);
    await pass();
    expect([contentsOf(letters), letters.status()]).toEqual([['b', 'a'], 'open']);
    server.converse({ id, ...saying('and another thing') });
    await pass();
    expect(contentsOf(letters)).toEqual(['and another thing', 'b']);
    expect(letters.conversations()[0]?.id).toBe(id);
  });

  it('requests older pages with loadOlder(), up to the end', async () => {
    const { server, live } = open(5, 5);
    for (let n = 0; n < 30; n++) server.converse(saying(String(n)));
    const letters = live();
    await pass();
    expect(contentsOf(letters)).toEqual(['29', '28', '27', '26', '25']);
    letters.loadOlder();
    expect([letters.hasOlder(), letters.isLoadingOlder()]).toEqual([true, true]);
    await pass();
    expect(contentsOf(letters)).toHaveLength(25);
    server.failNextRest(403);
    letters.loadOlder();
    await pass();
    expect(String(letters.olderError())).toContain('(403)');
    letters.loadOlder();
    await pass();
    expect(contentsOf(letters)).toHaveLength(30);
    expect([letters.hasOlder(), letters.olderError()]).toEqual([false, undefined]);
  });

  it('keeps all conversations after retry(), also those of older pages', async () => {
    const { server, live } = open(2, 2);
    for (let n = 0; n < 12; n++) server.converse(saying(String(n)));
    const letters = live();
    await pass();
    letters.loadOlder();
    await pass();
    server.revoke(server.token);
    await pass(10_000);
    expect([letters.status(), contentsOf(letters).length]).toEqual(['failed', 12]);
    server.addToken({ token: server.token });
    letters.retry();
    await pass();
    expect([letters.status(), contentsOf(letters).length]).toEqual(['open', 12]);
  });

  it('opens nothing during server-side rendering', async () => {
    const server = createFakeMastodon();
    TestBed.configureTestingModule({ providers: [ON_SERVER, provideFakeTimelines(server)] });
    const letters = TestBed.runInInjectionContext(() =>
      injectConversations(injectTimelines().direct()),
    );
    await pass();
    expect([letters.conversations(), server.requests]).toEqual([[], []]);
  });

  it('rejects an invalid option at the call, and needs an injection context', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const injector = TestBed.inject(Injector);
    const inject = (config: object) => () => injectConversations(NEVER, { injector, ...config });
    expect(inject({ limit: 0 })).toThrow(MastodonIllegalArgumentError);
    expect(inject({ group: true })).toThrow(/Unknown option of toConversations "group"/);
    expect(() => injectConversations(NEVER)).toThrow(/NG0203: injectConversations/);
  });
});
