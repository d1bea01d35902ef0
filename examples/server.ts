/**
 * The server of the examples: that of MASTODON_URL and MASTODON_TOKEN, or else a fake
 * Mastodon in this process. On the fake one somebody posts about #rxjs every second, sometimes with a
 * picture or in German, mentions or follows you, deletes a post, joins or reports somebody; and every ten
 * seconds the connection is lost.
 */
import {
  fakeAccount,
  fakeAttachment,
  startFakeMastodon,
  type FakeMastodon,
  type FakeStatusPartial,
} from 'mastodon-rx/testing';

/** The configuration for `createTimelines`. */
export interface Server {
  readonly baseUrl: string;
  readonly accessToken: string | undefined;
}

/** The server, and your account. */
export async function server(): Promise<Server> {
  const [first] = await servers();
  return first;
}

/** The same for several accounts: each variable is a list then, with commas. */
export async function servers(): Promise<[Server, ...Server[]]> {
  const { MASTODON_URL: urls, MASTODON_TOKEN: tokens } = process.env;
  if (urls !== undefined) {
    const [first = '', ...others] = urls.split(',');
    const [token, ...otherTokens] = tokens?.split(',') ?? [];
    return [
      { baseUrl: first, accessToken: token },
      ...others.map((baseUrl, index) => ({ baseUrl, accessToken: otherTokens[index] })),
    ];
  }

  const fake = await startFakeMastodon();
  let second = 0;
  setInterval(() => happen(fake, ++second), 1_000);
  // The fake would keep the process alive, whatever the example does on Ctrl-C.
  process.once('SIGINT', () => setImmediate(() => process.exit()));
  const scopes = ['read', 'write'];
  return [
    { baseUrl: fake.url, accessToken: fake.addToken({ scopes }) },
    { baseUrl: fake.url, accessToken: fake.addToken({ scopes, account: 'bob' }) },
  ];
}

/** The events on the fake server in this second. */
function happen(fake: FakeMastodon, second: number): void {
  const { id, account } = fake.post(postOf(second));
  if (second % 3 === 0) fake.notify({ type: 'mention', account });
  if (second % 4 === 0) fake.remove(id);
  if (second % 5 === 2) fake.notify({ type: 'follow', account: { acct: `eve${second}` } });
  if (second % 5 === 3) fake.notify({ type: 'poll', status: { poll: poll() } });
  if (second % 7 === 1) fake.notify({ type: 'admin.sign_up', account: { acct: 'mallory' } });
  if (second % 7 === 4) fake.notify({ type: 'admin.report', report: report() });
  if (second % 10 === 0) fake.drop();
}

const postOf = (second: number): FakeStatusPartial => ({
  content:
    second % 2 === 0
      ? `<p>Beitrag ${second} über #rxjs &amp; Mastodon</p>`
      : `<p>Post ${second} about #rxjs &amp; Mastodon</p>`,
  language: second % 2 === 0 ? 'de' : 'en',
  tags: [{ name: 'rxjs' }],
  media_attachments: second % 3 === 1 ? [fakeAttachment()] : [],
});

const poll = () => ({
  id: '1',
  expires_at: new Date().toISOString(),
  expired: true,
  multiple: false,
  votes_count: 40,
  voters_count: 40,
  options: [
    { title: 'Observables', votes_count: 31 },
    { title: 'Promises', votes_count: 9 },
  ],
  emojis: [],
});

const report = () => ({
  id: '1',
  category: 'spam',
  comment: 'Nothing but advertisements',
  created_at: new Date().toISOString(),
  target_account: fakeAccount({ acct: 'mallory' }),
});
