/** The recipes of the cookbook, with a server in the environment. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fakeAttachment,
  fakeStatus,
  type FakeChannel,
  type FakeMastodon,
} from 'mastodon-rx/testing';
import type { Subscription } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { folder } from '../helpers/programs.ts';
import { stage, withArguments } from '../helpers/stage.ts';

// A busy machine needs time to load them.
vi.setConfig({ testTimeout: 60_000 });

const ending = ({ subscription }: { subscription: Subscription }): void =>
  onTestFinished(() => subscription.unsubscribe());

/** The requests with a method other than GET. */
const writes = (server: FakeMastodon): string[] =>
  server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);

const ada = { acct: 'ada' };
const eve = { acct: 'eve@there.example' };

describe('mentions-bot.ts', () => {
  it('replies to people, one after the other, and not to bots', async () => {
    const { server, lines, printed } = await stage();
    withArguments('0.01');
    ending(await import('../../examples/mentions-bot.ts'));
    await server.waitForConnections();
    server.notify({ type: 'mention', account: { acct: 'robot', bot: true } });
    server.notify({ type: 'favourite', account: ada });
    const status = { visibility: 'unlisted', account: eve };
    const { status: mention } = server.notify({ type: 'mention', account: eve, status });
    server.notify({ type: 'mention', account: ada });
    await printed('Answered ada');
    expect(lines).toEqual(['Answered eve@there.example', 'Answered ada']);

    const response = await fetch(`${server.url}/api/v1/timelines/home`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const [, first] = (await response.json()) as object[];
    expect(first).toMatchObject({
      content: '<p>@eve@there.example Thank you, I have read it.</p>',
      in_reply_to_id: mention?.id,
      visibility: 'unlisted',
    });
    expect(writes(server)).toEqual(['/api/v1/statuses', '/api/v1/statuses']);
  });
});

describe('follow-back.ts', () => {
  it('follows people, and continues if one cannot be followed', async () => {
    const { server, printed } = await stage();
    ending(await import('../../examples/follow-back.ts'));
    await server.waitForConnections();
    server.notify({ type: 'follow', account: { acct: 'robot', bot: true } });
    const { account } = server.notify({ type: 'follow', account: eve });
    await printed('Following eve@there.example');
    expect(writes(server)).toEqual([`/api/v1/accounts/${account.id}/follow`]);
  });
});

describe('hashtag-digest.ts', () => {
  it('prints the posts since the last digest', async () => {
    const { server, lines, until } = await stage();
    withArguments('日本語', '0.5');
    ending(await import('../../examples/hashtag-digest.ts'));
    await server.waitForConnections();
    const tags = [{ name: '日本語' }];
    const posts = [
      server.post({ account: ada, tags }),
      server.post({ account: ada, tags, media_attachments: [fakeAttachment()] }),
      server.post({ account: eve, tags }),
    ];
    server.post({ account: eve });
    // The posts may be in two digests, and a digest may be empty.
    const linked = (): string[] => lines.flatMap((digest) => digest.split('\n').slice(1));
    await until(() => linked().length === 3);
    expect(linked()).toEqual(posts.map(({ url }) => `  ${url ?? ''}`));
    const heads = lines.map((digest) => digest.split('\n')[0] ?? '');
    const total = (what: RegExp): number =>
      heads.reduce((sum, head) => sum + Number(what.exec(head)?.[1]), 0);
    expect(total(/^#日本語: (\d+) posts, \d+ people, \d+ media$/)).toBe(3);
    expect(total(/ (\d+) media$/)).toBe(1);
    if (heads.length === 1) expect(heads).toEqual(['#日本語: 3 posts, 2 people, 1 media']);
  });
});

describe('media-wall.ts', () => {
  it('shows pictures until they are deleted, and no sensitive ones', async () => {
    const { server } = await stage();
    withArguments('0');
    const { subscription, page } = await import('../../examples/media-wall.ts');
    onTestFinished(() => {
      subscription.unsubscribe();
      page.close();
    });
    if (!page.listening) await once(page, 'listening');
    const { port } = page.address() as { port: number };
    const wall = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text();
    await server.waitForConnections();
    const picture = (description: string) => ({
      media_attachments: [fakeAttachment({ description })],
    });
    server.post({ sensitive: true, ...picture('hidden') });
    const { id } = server.post(picture('"><script>'));
    server.post(picture('a cat'));

    let html = '';
    while (!html.includes('alt="a cat"')) html = await wall();
    expect(html).toContain('alt="&#34;&#62;&#60;script&#62;"');
    expect(html).not.toMatch(/hidden|<script>/);
    server.remove(id);
    while (html.includes('script')) html = await wall();
    expect(html).toContain('alt="a cat"');
  });
});

describe('language-filter.ts', () => {
  it('shows only posts in the given languages', async () => {
    const { server, lines, printed } = await stage();
    withArguments('de', 'ja');
    ending(await import('../../examples/language-filter.ts'));
    await server.waitForConnections();
    for (const language of ['en', 'de-CH', null, 'den', 'ja']) {
      server.post({ account: ada, language, content: `<p>1 &lt; 2<br />${language ?? ''}</p>` });
    }
    await printed(/^\[ja\]/);
    expect(lines).toEqual(['[de-CH] ada: 1 < 2\nde-CH', '[ja] ada: 1 < 2\nja']);
  });
});

describe('keyword-alert.ts', () => {
  it('finds whole words in any script, also in edits', async () => {
    const { server, lines, until } = await stage();
    withArguments('RxJS', '東京', 'straße');
    ending(await import('../../examples/keyword-alert.ts'));
    await server.waitForConnections();
    const { id, url } = server.post({ account: ada, content: '<p>rxjsx</p>' });
    server.post({ account: ada, url: 'u:1', content: '<p>昨日は東京に行った</p>' });
    server.post({ account: ada, url: 'u:2', content: '<p>-</p>', spoiler_text: 'Straße' });
    server.edit({ id, content: '<p><b>rxjs</b>, RXJS!</p>' });
    await until(() => lines.length === 3);
    expect(lines).toEqual([
      '\u0007東京: ada, u:1',
      '\u0007straße: ada, u:2',
      `\u0007rxjs: ada, ${url ?? ''}`,
    ]);
  });
});

describe('poll-results.ts', () => {
  it('prints the shares of the votes', async () => {
    const { server, lines, printed } = await stage();
    ending(await import('../../examples/poll-results.ts'));
    await server.waitForConnections();
    const poll = {
      id: '1',
      expires_at: null,
      expired: true,
      multiple: true,
      votes_count: 5,
      voters_count: 4,
      options: [
        { title: 'Tea', votes_count: 3 },
        { title: 'Coffee', votes_count: 2 },
      ],
      emojis: [],
    };
    const none = poll.options.map((option) => ({ ...option, votes_count: 0 }));
    server.notify({ type: 'mention' });
    server.notify({ type: 'poll', status: { poll } });
    server.notify({ type: 'poll', status: { poll: { ...poll, voters_count: 0, options: none } } });
    await printed(/^0 /);
    expect(lines).toEqual([
      '4 have voted\n 75 % ███████████████ Tea\n 50 % ██████████ Coffee',
      '0 have voted\n  0 %  Tea\n  0 %  Coffee',
    ]);
  });
});

describe('moderation-queue.ts', () => {
  it('prints reports first, the oldest of each kind first', async () => {
    const { server, lines, printed } = await stage();
    ending(await import('../../examples/moderation-queue.ts'));
    await server.waitForConnections();
    const report = (comment: string) => ({
      id: '1',
      category: 'spam',
      comment,
      target_account: server.post({ account: eve }).account,
    });
    server.notify({ type: 'admin.sign_up', account: ada });
    server.notify({ type: 'mention' });
    server.notify({ type: 'admin.report', report: report('first') });
    server.notify({ type: 'admin.report', report: report('second') });
    await printed(/^Waiting: 3/);
    expect(lines.at(-1)).toBe(
      [
        'Waiting: 3',
        '@eve@there.example is reported (spam): first',
        '@eve@there.example is reported (spam): second',
        '@ada has joined',
      ].join('\n  '),
    );
  });
});

describe('several-accounts.ts', () => {
  it('continues with the other accounts if one loses its token', async () => {
    const { server, printed } = await stage();
    const other = await fake();
    const revoked = server.addToken();
    vi.stubEnv('MASTODON_URL', [server.url, server.url, other.url].join(','));
    vi.stubEnv('MASTODON_TOKEN', [server.token, revoked, other.token].join(','));
    ending(await import('../../examples/several-accounts.ts'));
    await server.waitForConnections(2);
    await other.waitForConnections();
    const names = [server, server, other].map(
      ({ url }, index) => `${index + 1} at ${new URL(url).host}`,
    );
    server.revoke(revoked);
    await printed(new RegExp(`^${names[1] ?? ''}: MastodonUnauthorizedError`));
    const { id } = server.post({ account: ada });
    const { id: there } = other.post({ account: ada });
    await printed(`${names[0] ?? ''}: ada posted ${id}`);
    await printed(`${names[2] ?? ''}: ada posted ${there}`);
  });
});

describe('dedupe.ts', () => {
  it('prints a post once, whichever stream it comes from first', async () => {
    const { server, lines, until } = await stage();
    withArguments('rxjs');
    ending(await import('../../examples/dedupe.ts'));
    await server.waitForConnections(3);
    const { id } = server.post({ account: ada, tags: [{ name: 'rxjs' }] });
    // When the last post of each stream has arrived, so have all before it.
    const channels: FakeChannel[] = ['user', 'public', ['hashtag', 'rxjs']];
    for (const channel of channels) {
      server.publish(channel, { event: 'update', payload: fakeStatus({ account: eve }) });
    }
    await until(() => lines.filter((line) => line.startsWith('eve')).length === 3);
    expect(lines.filter((line) => line.startsWith(`ada posted ${id}, first on `))).toHaveLength(1);
    expect(lines).toHaveLength(4);
  });
});

describe('dashboard.ts', () => {
  it('prints the newest list, and skips the ones before it', async () => {
    const { server, lines, printed } = await stage();
    ending(await import('../../examples/dashboard.ts'));
    await printed('The newest are by ');
    await server.waitForConnections();
    for (let number = 1; number <= 50; number++) server.post({ account: { acct: `p${number}` } });
    await printed('The newest are by p50, p49, p48, p47, p46');
    expect(lines.length).toBeLessThan(50);
  });
});

describe('word-count.ts', () => {
  it('counts the words of posts, without their HTML', async () => {
    const { server, printed } = await stage();
    ending(await import('../../examples/word-count.ts'));
    await server.waitForConnections();
    server.post({ content: '<p>Sea, SEA and <b>sky</b></p>' });
    server.post({ content: '<p>sea &amp; sky &amp; sea</p>' });
    await printed('sea 4, sky 2, and 1');
  });
});

describe('rotating-archive.ts', () => {
  it('keeps whole lines in files of a bounded length, and at most ten old files', async () => {
    const { server, printed } = await stage();
    const path = folder();
    withArguments(join(path, 'home'), '10000');
    ending(await import('../../examples/rotating-archive.ts'));
    await server.waitForConnections();
    let last = '';
    // Each post has about 3,000 bytes.
    for (let number = 0; number < 60; number++) last = server.post().id;
    server.remove(last);
    await printed('Written: delete');

    const names = readdirSync(path).sort();
    expect(names).toHaveLength(11);
    const events = names.map((name) =>
      readFileSync(join(path, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string; payload: { id: string } }),
    );
    for (const name of names) {
      expect(readFileSync(join(path, name)).byteLength).toBeLessThanOrEqual(10_000);
    }
    // `home.000009.jsonl` is before `home.jsonl`: the order of the names is that of the posts.
    const ids = events
      .flat()
      .flatMap(({ type, payload }) => (type === 'update' ? [payload.id] : []));
    expect(ids).toEqual([...ids].sort());
    expect(ids.at(-1)).toBe(last);
  });
});

describe('to-database.ts', () => {
  it('writes posts in batches, edits over them, and deletes', async () => {
    const { server, lines, until } = await stage();
    const { database, subscription } = await import('../../examples/to-database.ts');
    onTestFinished(async () => {
      subscription.unsubscribe();
      await database.close();
    });
    await server.waitForConnections();
    const posts = Array.from({ length: 250 }, () => server.post());
    server.edit({ id: posts[0]!.id, content: '<p>Better</p>' });
    server.remove(posts[1]!.id);
    const written = (): number =>
      lines.reduce((sum, line) => sum + Number(/^Written: (\d+)$/.exec(line)?.[1] ?? 0), 0);
    await until(() => written() === 252);

    const { rows } = await database.query<{ id: string; content: string }>(
      "select id, post->>'content' as content from posts order by id",
    );
    const kept = posts.filter((_, index) => index !== 1).map(({ id }) => id);
    expect(rows.map(({ id }) => id)).toEqual([...kept].sort());
    expect(rows[0]?.content).toBe('<p>Better</p>');
    expect(lines.length).toBeLessThan(250);
  });
});
