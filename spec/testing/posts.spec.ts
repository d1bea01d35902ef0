import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
  startFakeMastodon,
  type FakeMastodon,
  type FakeStatusPartial,
} from '../../src/testing/index.ts';
import { compareIds, processIds } from '../../src/testing/ids.ts';
import { normalizeTag } from '../../src/testing/tags.ts';
import { rawRequest, type RawConnection } from '../helpers/rawRequest.ts';

const PATHS = [
  'user',
  'user/notification',
  'public',
  'public?only_media=true',
  'public/local',
  'public/local?only_media=true',
  'public/remote',
  'public/remote?only_media=true',
  'hashtag?tag=rxjs',
  'hashtag/local?tag=rxjs',
  'list?list=42',
  'list?list=7',
  'direct',
];

const REN = { acct: 'ren@remote.example' };
const TAGGED: FakeStatusPartial = { tags: [{ name: 'RxJS' }, { name: 'rxjs' }] };

let server: FakeMastodon;
let clients: Map<string, RawConnection>;

beforeEach(async () => {
  server = await startFakeMastodon();
  onTestFinished(() => server.close());
  server.addList('7', 'alice', ['ren@remote.example']);
  clients = new Map(
    PATHS.map((path) => [
      path,
      rawRequest(server.url, `/api/v1/streaming/${path}`, { token: server.token }),
    ]),
  );
  await server.waitForConnections(PATHS.length);
});

/** The streams that received events, with the names of the events. */
async function received(): Promise<Record<string, string[]>> {
  server.write('the end');
  await Promise.all([...clients.values()].map((client) => client.until('the end')));
  const entries = [...clients].map(([path, { body }]): [string, string[]] => [
    path,
    [...body.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name),
  ]);
  return Object.fromEntries(entries.filter(([, names]) => names.length > 0));
}

const each = (names: string[], ...paths: string[]): Record<string, string[]> =>
  Object.fromEntries(paths.map((path) => [path, names]));

describe('a post', () => {
  it('of a local account is sent to home, to public, local, its hashtags, and the lists', async () => {
    server.post(TAGGED);
    expect(await received()).toEqual(
      each(
        ['update'],
        ...['user', 'public', 'public/local', 'list?list=42'],
        ...['hashtag?tag=rxjs', 'hashtag/local?tag=rxjs'],
      ),
    );
  });

  it('of a remote account is sent to remote, not to the local hashtag', async () => {
    server.post({ account: REN, ...TAGGED });
    expect(await received()).toEqual(
      each(
        ['update'],
        ...['user', 'public', 'public/remote', 'hashtag?tag=rxjs', 'list?list=42', 'list?list=7'],
      ),
    );
  });

  it('with a picture is sent to the media feeds and the local hashtags, like its edit and its deletion', async () => {
    const { id } = server.post({ media_attachments: [fakeAttachment()], ...TAGGED });
    server.edit({ id, content: '<p>Better</p>' });
    server.remove(id);

    expect(await received()).toEqual({
      ...each(
        ['update', 'status.update', 'delete'],
        ...['user', 'public', 'public/local', 'hashtag?tag=rxjs', 'list?list=42'],
        ...['public?only_media=true', 'public/local?only_media=true', 'hashtag/local?tag=rxjs'],
      ),
    });
  });

  it.each<[string, FakeStatusPartial, string[]]>([
    ['unlisted', { visibility: 'unlisted', ...TAGGED }, ['user', 'list?list=42']],
    ['for followers', { visibility: 'private', ...TAGGED }, ['user', 'list?list=42']],
    ['a boost', { reblog: { account: REN }, ...TAGGED }, ['user', 'list?list=42']],
    [
      'a reply to another account',
      { in_reply_to_id: '1', in_reply_to_account_id: '2' },
      ['user', 'list?list=42'],
    ],
  ])('that is %s is not public', async (_what, partial, paths) => {
    server.post(partial);
    expect(await received()).toEqual(each(['update'], ...paths));
  });

  it('in a thread of its own author is public', async () => {
    server.post({ in_reply_to_id: '1', in_reply_to_account_id: fakeAccount().id });
    expect(Object.keys(await received())).toContain('public');
  });

  it('with the visibility direct is sent as a conversation', async () => {
    server.post({ visibility: 'direct' });
    expect(await received()).toEqual(each(['conversation'], 'direct'));
  });

  it('is rendered without a viewer on streams for everybody', async () => {
    server.post({ id: '1' });
    await received();
    expect(clients.get('user')?.body).toContain('"favourited":false');
    expect(clients.get('public')?.body).not.toContain('"favourited"');
    expect(clients.get('public')?.body).toContain(',"filtered":[]}\n\n');
  });

  it('that was never sent is deleted on each stream that could have shown it', async () => {
    server.remove('1');
    expect(await received()).toEqual(
      each(['delete'], 'user', 'public', 'public/local', 'list?list=42'),
    );
    expect(clients.get('user')?.body).toContain('data: 1\n\n');
  });

  it('is returned whole, with a new id and the time', () => {
    const first = server.post();
    const second = server.post({ content: '<p>x</p>', odd: true });
    expect(compareIds(first.id, second.id)).toBeLessThan(0);
    expect(second).toMatchObject({ content: '<p>x</p>', odd: true, account: { acct: 'bob' } });
    expect(server.edit({ id: first.id, account: { display_name: 'B.' } })).toMatchObject({
      id: first.id,
      created_at: first.created_at,
      account: { acct: 'bob', display_name: 'B.' },
      edited_at: expect.stringContaining('T') as string,
    });
  });
});

describe('a notification and a conversation', () => {
  it('are sent to their streams', async () => {
    server.notify({ type: 'follow' });
    server.converse();
    expect(await received()).toEqual({
      ...each(['notification'], 'user', 'user/notification'),
      ...each(['conversation'], 'direct'),
    });
  });
});

describe('builders', () => {
  it('create remote accounts for an acct with a domain', () => {
    expect(fakeAccount(REN)).toMatchObject({
      username: 'ren',
      url: 'https://remote.example/@ren',
    });
    expect(fakeAccount({ acct: 'eve' }).id).toBe(fakeAccount({ acct: 'eve' }).id);
    expect(fakeAccount({ acct: 'eve' }).id).not.toBe(fakeAccount({ acct: 'adam' }).id);
  });

  it('use the same account in a notification and its post', () => {
    expect(fakeNotification({ account: REN }).status?.account.acct).toBe(REN.acct);
    expect(fakeNotification({ status: { account: REN } }).account.acct).toBe(REN.acct);
    expect(fakeNotification({ type: 'follow' })).not.toHaveProperty('status');
    expect(fakeConversation({ accounts: [REN] }).last_status?.account.acct).toBe(REN.acct);
    expect(fakeConversation({ last_status: null }).last_status).toBeNull();
  });

  it('keep the given fields', () => {
    expect(fakeAnnouncement({ id: '8', odd: 1 })).toMatchObject({ id: '8', odd: 1 });
    expect(fakeStatus({ id: '1', reblog: { id: '2' } })).toMatchObject({
      id: '1',
      reblog: { id: '2', visibility: 'public' },
    });
  });
});

describe('an id', () => {
  it('is greater than all before it, however fast they are created', () => {
    const made = Array.from({ length: 1_000 }, () => processIds.nextId());
    expect([...made].sort(compareIds)).toEqual(made);
    expect(new Set(made).size).toBe(1_000);
    expect(made[0]).toMatch(/^\d{18,19}$/);
  });

  it.each([
    ['9', '10', -1],
    ['117420000000000001', '117420000000000000', 1],
    ['0042', '42', 0],
    ['0', '00', 0],
  ])('%s to %s compares as a number', (a, b, sign) => {
    expect(Math.sign(compareIds(a, b))).toBe(sign);
  });
});

describe('a hashtag', () => {
  it.each([
    ['Café', 'cafe'],
    ['CAFE\u0301', 'cafe'],
    ['ＲｘＪＳ', 'rxjs'],
    ['日本語', '日本語'],
    ['がんばれ', 'がんばれ'],
    ['foo-bar baz!', 'foobarbaz'],
    ['snake_case·x', 'snake_case·x'],
    ['Łódź', 'lodz'],
    ['ærø', 'æro'],
    ['Straße', 'straße'],
    ['ưạ', 'ưạ'],
  ])('%s is %s', (tag, normal) => {
    expect(normalizeTag(tag)).toBe(normal);
  });
});
