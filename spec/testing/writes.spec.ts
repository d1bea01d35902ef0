import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeMastodon, type FakeMastodon } from '../../src/testing/index.ts';

let server: FakeMastodon;
let token: string;

beforeEach(async () => {
  server = await startFakeMastodon();
  onTestFinished(() => server.close());
  token = server.addToken({ scopes: ['read', 'write'] });
});

const STATUSES = '/api/v1/statuses';

interface Asked {
  readonly body?: unknown;
  readonly key?: string;
  readonly as?: string;
  readonly type?: string;
}

async function post(
  path: string,
  { body, key, as = token, type = 'application/json' }: Asked,
): Promise<[status: number, body: Record<string, unknown>]> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${as}`,
      'Content-Type': type,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

const home = async (): Promise<unknown[]> => {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${server.url}/api/v1/timelines/home`, { headers });
  return (await response.json()) as unknown[];
};

describe('a post', () => {
  it('is of the token’s account, has the requested text, and is escaped', async () => {
    const { id, account } = server.post();
    const [status, made] = await post(STATUSES, {
      body: { status: 'a < b & c', in_reply_to_id: id, visibility: 'unlisted', language: 'de' },
    });
    expect(status).toBe(200);
    expect(made).toMatchObject({
      account: { acct: 'alice' },
      content: '<p>a &lt; b &amp; c</p>',
      in_reply_to_id: id,
      in_reply_to_account_id: account.id,
      visibility: 'unlisted',
      language: 'de',
    });
    expect(await home()).toContainEqual(made);
  });

  it('can be sent as a form', async () => {
    const type = 'application/x-www-form-urlencoded';
    const [, made] = await post(STATUSES, { body: 'status=a+b&spoiler_text=c', type });
    expect(made).toMatchObject({ content: '<p>a b</p>', spoiler_text: 'c' });
  });

  it('is created once for an Idempotency-Key of one account', async () => {
    const bob = server.addToken({ account: 'bob', scopes: ['write'] });
    const body = { status: 'once' };
    const [, first] = await post(STATUSES, { body, key: 'k' });
    const [, again] = await post(STATUSES, { body, key: 'k' });
    const [, other] = await post(STATUSES, { body, key: 'l' });
    const [, his] = await post(STATUSES, { body, key: 'k', as: bob });
    expect(again).toEqual(first);
    expect(new Set([first, other, his].map((each) => each['id'])).size).toBe(3);
    expect(await home()).toHaveLength(3);
  });

  it.each([
    ['nothing', { body: {} }, 422, "Validation failed: Text can't be blank"],
    ['spaces', { body: { status: ' ' } }, 422, "Validation failed: Text can't be blank"],
    ['a number', { body: { status: 1 } }, 422, "Validation failed: Text can't be blank"],
    ['malformed JSON', { body: '{' }, 400, 'Bad Request'],
    ['an unknown token', { body: {}, as: 'x' }, 401, 'The access token is invalid'],
  ])('of %s is rejected', async (_what, asked, status, error) => {
    expect(await post(STATUSES, asked)).toEqual([status, { error }]);
    expect(await home()).toEqual([]);
  });

  it('needs the write scope', async () => {
    const [status, { error }] = await post(STATUSES, {
      body: { status: 'a' },
      as: server.addToken({ scopes: ['read', 'write:follows'] }),
    });
    expect([status, error]).toEqual([403, 'This action is outside the authorized scopes']);
  });

  it('is subject to failNextRest() and the like', async () => {
    server.failNextRest(503);
    expect((await post(STATUSES, { body: { status: 'a' } }))[0]).toBe(503);
    expect((await post(STATUSES, { body: { status: 'a' } }))[0]).toBe(200);
  });
});

describe('a follow', () => {
  it('is a response with the relationship', async () => {
    const [status, made] = await post('/api/v1/accounts/42/follow', { body: { reblogs: false } });
    expect(status).toBe(200);
    expect(made).toMatchObject({ id: '42', following: true, showing_reblogs: false });
  });

  it('needs its scope', async () => {
    const as = server.addToken({ scopes: ['write:statuses'] });
    expect((await post('/api/v1/accounts/42/follow', { body: {}, as }))[0]).toBe(403);
  });
});

it('any other POST is not found', async () => {
  expect(await post('/api/v1/media', { body: {} })).toEqual([404, { error: 'Not Found' }]);
});
