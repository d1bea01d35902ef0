import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  fakeAttachment,
  startFakeMastodon,
  type FakeMastodon,
  type FakeStatusPartial,
} from '../../src/testing/index.ts';

let server: FakeMastodon;

beforeEach(async () => {
  server = await startFakeMastodon();
  onTestFinished(() => server.close());
});

const get = (path: string, token: string | undefined = server.token): Promise<Response> =>
  fetch(server.url + path, token === '' ? {} : { headers: { Authorization: `Bearer ${token}` } });

const idsIn = async (response: Promise<Response>): Promise<string[]> =>
  ((await (await response).json()) as { id: string }[]).map(({ id }) => id);

const ids = (path: string): Promise<string[]> => idsIn(get(path));

function post(...partials: FakeStatusPartial[]): void {
  for (const partial of partials) server.post(partial);
}

const HOME = '/api/v1/timelines/home';

describe('a page', () => {
  beforeEach(() => {
    // Not in order, and of different lengths.
    for (const id of ['100', '9', '102', '101', '117420000000000001']) server.post({ id });
  });

  it.each([
    ['', ['117420000000000001', '102', '101', '100', '9']],
    ['?limit=2', ['117420000000000001', '102']],
    ['?max_id=101', ['100', '9']],
    ['?since_id=100', ['117420000000000001', '102', '101']],
    ['?since_id=9&limit=2', ['117420000000000001', '102']],
    ['?min_id=9&limit=2', ['101', '100']],
    ['?min_id=9', ['117420000000000001', '102', '101', '100']],
    ['?min_id=9&max_id=102&limit=1', ['100']],
    ['?since_id=9&max_id=102', ['101', '100']],
    ['?min_id=117420000000000000', ['117420000000000001']],
    ['?min_id=117420000000000001', []],
    ['?max_id=', ['117420000000000001', '102', '101', '100', '9']],
    ['?limit=0', []],
    ['?limit=-1', ['117420000000000001']],
  ])('%s is newest first, and compares ids as numbers', async (query, expected) => {
    expect(await ids(HOME + query)).toEqual(expected);
  });

  it('links to the older and the newer page, and keeps the parameters', async () => {
    const { headers } = await get(
      '/api/v1/timelines/public?only_media=false&limit=2&max_id=102&x=1',
    );
    const url = `${server.url}/api/v1/timelines/public`;
    expect(headers.get('link')).toBe(
      `<${url}?limit=2&max_id=100&only_media=false>; rel="next", ` +
        `<${url}?limit=2&min_id=101&only_media=false>; rel="prev"`,
    );
  });

  it('leads to newer pages without a gap', async () => {
    const seen: string[] = [];
    for (let url = `${HOME}?min_id=9&limit=2`; ;) {
      const response = await get(url);
      const page = await idsIn(Promise.resolve(response));
      seen.push(...page.reverse());
      const prev = /<([^>]*)>; rel="prev"/.exec(response.headers.get('link') ?? '')?.[1];
      if (prev === undefined) break;
      url = prev.slice(server.url.length);
    }
    expect(seen).toEqual(['100', '101', '102', '117420000000000001']);
  });

  it('has no links if it is empty', async () => {
    expect((await get(`${HOME}?max_id=1`)).headers.has('link')).toBe(false);
  });

  it('has 20 posts by default, and at most 40', async () => {
    for (let count = 0; count < 45; count++) server.post();
    expect(await ids(HOME)).toHaveLength(20);
    expect(await ids(`${HOME}?limit=80`)).toHaveLength(40);
  });
});

describe('a timeline', () => {
  beforeEach(() => {
    server.addList('7', 'alice', ['ren@remote.example']);
    server.addList('8', 'bob');
    post(
      { id: '1', tags: [{ name: 'RxJS' }] },
      { id: '2', account: { acct: 'ren@remote.example' }, tags: [{ name: 'rxjs' }] },
      { id: '3', media_attachments: [fakeAttachment()] },
      { id: '4', visibility: 'unlisted', tags: [{ name: 'rxjs' }] },
      { id: '5', visibility: 'private' },
      { id: '6', visibility: 'direct' },
      { id: '7', in_reply_to_id: '1', in_reply_to_account_id: '5', tags: [{ name: 'rxjs' }] },
      { id: '8', reblog: { id: '80' } },
    );
  });

  it.each([
    ['home', ['8', '7', '5', '4', '3', '2', '1']],
    ['public', ['3', '2', '1']],
    ['public?local=true', ['3', '1']],
    ['public?remote=true', ['2']],
    ['public?only_media=1', ['3']],
    ['public?local=false', ['3', '2', '1']],
    ['tag/rxjs', ['7', '2', '1']],
    ['tag/RXJS?local=true', ['7', '1']],
    ['list/42', ['8', '7', '5', '4', '3', '2', '1']],
    ['list/7', ['2']],
  ])('%s has its posts', async (path, expected) => {
    expect(await ids(`/api/v1/timelines/${path}`)).toEqual(expected);
  });

  it.each(['list/8', 'list/999'])('%s of another account is not found', async (path) => {
    const response = await get(`/api/v1/timelines/${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'Record not found' });
  });

  it('follows edits and deletions', async () => {
    const edited = server.edit({ id: '3', content: '<p>Better</p>' });
    server.remove('2');

    const page = (await (await get('/api/v1/timelines/public')).json()) as unknown[];
    expect(page).toHaveLength(2);
    expect(page[0]).toEqual(JSON.parse(JSON.stringify(edited)));
    expect(page[0]).toMatchObject({ id: '3', content: '<p>Better</p>', edited_at: /T/ });
  });
});

describe('the history', () => {
  it('has at most 2,000 posts, and drops the oldest first', async () => {
    for (let id = 1; id <= 2_001; id++) server.post({ id: id.toString() });
    expect(await ids(`${HOME}?max_id=4`)).toEqual(['3', '2']);
  });
});

describe('notifications and conversations', () => {
  it('belong to their account, and can be requested by type', async () => {
    server.notify({ id: '1', type: 'follow' });
    server.notify({ id: '2', type: 'mention' });
    server.notify({ id: '3' }, 'bob');

    expect(await ids('/api/v1/notifications')).toEqual(['2', '1']);
    expect(await ids('/api/v1/notifications?types[]=follow')).toEqual(['1']);
    expect(await ids('/api/v1/notifications?exclude_types[]=follow')).toEqual(['2']);
    const bob = server.addToken({ account: 'bob' });
    expect(await idsIn(get('/api/v1/notifications', bob))).toEqual(['3']);
  });

  it('page through conversations by their last post, without a next page after a short one', async () => {
    server.converse({ id: '1', last_status: { id: '10' } });
    server.converse({ id: '2', last_status: { id: '20' } });
    server.converse({ id: '1', last_status: { id: '30' } });

    const path = '/api/v1/conversations';
    expect(await ids(path)).toEqual(['1', '2']);
    expect(await ids(`${path}?min_id=20`)).toEqual(['1']);
    expect((await get(path)).headers.get('link')).toBe(
      `<${server.url}${path}?min_id=30>; rel="prev"`,
    );
    expect((await get(`${path}?limit=2`)).headers.get('link')).toContain('max_id=20>; rel="next"');
  });
});

describe('a token', () => {
  it.each([
    ['/api/v1/timelines/home', 'read:statuses'],
    ['/api/v1/timelines/public', 'read:statuses'],
    ['/api/v1/timelines/tag/x', 'read:statuses'],
    ['/api/v1/timelines/list/42', 'read:lists'],
    ['/api/v1/notifications', 'read:notifications'],
    ['/api/v1/conversations', 'read:statuses'],
  ])('for %s needs the scope %s', async (path, scope) => {
    expect((await get(path, server.addToken({ scopes: [scope] }))).status).toBe(200);

    const response = await get(path, server.addToken({ scopes: ['write', 'read:accounts'] }));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: 'This action is outside the authorized scopes',
    });
  });

  it('is needed except for public timelines', async () => {
    const unknown = await get(HOME, 'nope');
    expect(unknown.status).toBe(401);
    expect(await unknown.json()).toEqual({ error: 'The access token is invalid' });
    expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');

    expect((await get(HOME, '')).status).toBe(401);
    expect((await get('/api/v1/timelines/public', '')).status).toBe(200);
    expect((await get('/api/v2/instance', '')).status).toBe(200);
  });

  it('that was revoked is rejected with that message, also on public timelines', async () => {
    const { token } = server;
    server.revoke(token);
    const response = await get('/api/v1/timelines/public', token);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'The access token was revoked' });
  });
});

describe('a response', () => {
  it('has the rate limit, which counts down per token', async () => {
    const first = await get(HOME);
    const second = await get(HOME);

    expect(first.headers.get('x-ratelimit-limit')).toBe('300');
    const left = [first, second].map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
    expect(left[0]).toBeGreaterThanOrEqual(298);
    expect(new Set(left).size === 2 || left[0] === 299).toBe(true);
    const reset = Date.parse(first.headers.get('x-ratelimit-reset') ?? '') - Date.now();
    expect(reset).toBeGreaterThan(-1_000);
    expect(reset).toBeLessThanOrEqual(300_000);
  });

  it('can be read by a page of another origin', async () => {
    const preflight = await fetch(server.url + HOME, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Headers': 'authorization' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    const { headers } = await get(HOME);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Link');
  });

  it.each(['/api/v1/nonsense', '/api/v1/timelines/nonsense', '/api/v2/timelines/home'])(
    'is 404 for %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('failNextRest()', () => {
  it('fails that many requests, in order, and no instance document', async () => {
    server.failNextRest(429, { 'Retry-After': '3' });
    server.failNextRest(503, {}, { error: 'Maintenance' });

    expect((await get('/api/v2/instance')).status).toBe(200);
    const first = await get(HOME);
    const second = await get(HOME);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await first.json()).toEqual({ error: 'Too many requests' });
    expect([second.status, await second.json()]).toEqual([503, { error: 'Maintenance' }]);
    expect((await get(HOME)).status).toBe(200);
  });
});

describe('delayRest()', () => {
  it('delays the response', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    server.delayRest(1_000);
    let status = 0;
    const answered = get(HOME).then((response) => (status = response.status));
    await server.waitForRequests();

    vi.advanceTimersByTime(999);
    server.delayRest(undefined);
    await get(HOME);
    expect(status).toBe(0);
    vi.advanceTimersByTime(1);
    await answered;
    expect(status).toBe(200);
  });
});
