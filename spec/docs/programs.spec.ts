/** The programs in the README and in docs run, with a fake server in place of the real one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { build } from 'esbuild';
import { fakeAttachment, startFakeMastodon, type FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it, vi } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'examples/docs');

const POST = 'https://fake.example/@ada/1';

/** The output of a program while `happen` runs on the server, by program; the number is that of its streams. */
const STREAMING: Readonly<Record<string, readonly [streams: number, printed: readonly string[]]>> =
  {
    'readme.ts': [1, ['ada <p>Hello</p>']],
    'first-stream.ts': [1, ['ada <p>Hello</p>', 'mention by ada']],
    'bot-server.ts': [0, ['A fake Mastodon is running at']],
    'bot.ts': [1, ['connected to', 'ada <p>Hello</p>']],
    'health.ts': [0, ['healthy', 'true']],
    'picking.ts': [2, [POST]],
    'entities.ts': [0, ['bob']],
    'fork.ts': [1, ['heart 3']],
    'recorded.ts': [0, ['delete']],
    'reconnecting.ts': [3, ["update [ 'user' ]", "delete [ 'public' ]"]],
    'catching-up.ts': [1, [`live ${POST}`]],
    'restart.ts': [1, ['update', 'notification', 'delete']],
    'list.ts': [1, [`'${POST}'`]],
    'once.ts': [2, ['update']],
    'scrolling.ts': [1, ['1 posts', "[ [ 'mention', 1 ] ]"]],
    'slow.ts': [2, [`stored ${POST}`]],
    'symptoms.ts': [1, ['connected { attempt: 0 }', 'heartbeat { comment:']],
    'proxy.ts': [1, ['connected', 'update']],
    'http2.ts': [2, ['rxjs connected', 'angular connected', 'rxjs update']],
    'listener.ts': [1, [`ada ${POST}`]],
    'listener-functions.ts': [2, ['<p>Hello</p>', 'one of us: ada']],
    'listener-fork.ts': [1, ['heart 3']],
    'listener-merged.ts': [3, [`user ${POST}`, `hashtag:rxjs ${POST}`, `list:42 ${POST}`]],
    'listener-throws.ts': [
      1,
      ['onUpdate failed at the event "update" Error: The database is full'],
    ],
    'ported.ts': [1, ['mentioned by ada', 'deleted ', 'alive']],
    'websocket.ts': [5, ["stream: [ 'hashtag', 'rxjs' ]", "stream: [ 'user' ]"]],
    'pleroma.ts': [1, ['connected', 'update']],
    'numbers.ts': [1, ['1 posts, ']],
    'every-step.ts': [1, ['user connecting 0', 'user open 0']],
  };

/** The output of a program that ends by itself. */
const ENDING: Readonly<Record<string, string>> = {
  'fake.ts': '<p>Hello</p>\n',
  'faults.ts': '',
  // Nothing is sent to the host that it names.
  'mockAgent.ts':
    'MastodonNetworkError: No answer from mastodon.example: UND_MOCK_ERR_MOCK_NOT_MATCHED\n',
  'gotosocial.ts': 'update\ndelete\nthe list is empty\n',
  'fake-websocket.ts':
    "connected\n[ [ 'hashtag', 'Café' ] ]\n1\nmalformed\ndisconnected\nconnected\n",
};

const BLOCKING = 'listener-blocking.ts';

/** Programs that need a page or a nats-server; spec/angular, spec/browser and spec/jetstream test such programs. */
const ELSEWHERE = [
  'angular.ts',
  'angular-config.ts',
  'angular-fake.ts',
  'angular-notifications.ts',
  'angular-resource.ts',
  'angular-session.ts',
  'angular-tag.ts',
  'readme-angular.ts',
  'browser.ts',
  'consume.ts',
  'ingest.ts',
];

interface Program extends AsyncDisposable {
  /** Resolves when all of this text has been printed. */
  prints(parts: readonly string[]): Promise<void>;
  /** The output, when the program has ended by itself. */
  end(): Promise<string>;
  /** Kills the program at once, and returns its output; its files stay. */
  kill(): Promise<string>;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'mastodon-rx-'));

/** Starts a program of examples/docs on a server, with its files in a folder that is removed at the end. */
async function run(name: string, server: FakeMastodon, cwd = newFolder()): Promise<Program> {
  writeFileSync(join(cwd, 'recorded.sse'), 'event: delete\ndata: 42\n\n');
  const contents = readFileSync(join(folder, name), 'utf8')
    .replace(/https:\/\/(mastodon\.social|(fork|pleroma)\.example)/, server.url)
    .replace('your token', server.token)
    .replace('interval: 60_000', 'interval: 50')
    .replace('port: 3000', 'port: 0')
    .replace(/'(recorded\.sse|cursor\.json)'/, (_, file: string) =>
      JSON.stringify(join(cwd, file)),
    );
  // One JavaScript file, which includes the library from src.
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: root },
    bundle: true,
    format: 'esm',
    packages: 'external',
    platform: 'node',
    tsconfig: join(root, 'tsconfig.json'),
    write: false,
  });

  const env = { ...process.env, MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
  const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: root, env });
  const closed = once(child, 'close');
  child.stdin.end(outputFiles[0]?.contents);
  const output = new PassThrough({ encoding: 'utf8' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let printed = '';
  output.on('data', (chunk: string) => (printed += chunk));
  return {
    async prints(parts) {
      while (!parts.every((part) => printed.includes(part))) {
        if (child.exitCode !== null) throw new Error(`It ended, and had printed: ${printed}`);
        await Promise.race([once(output, 'data'), closed]);
      }
    },
    async end() {
      await closed;
      return printed;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
      return printed;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** Publishes the events that every program receives. */
function happen(server: FakeMastodon): void {
  const account = { acct: 'ada' };
  const tags = ['rxjs', 'caturday'].map((name) => ({ name }));
  const media = [fakeAttachment()];
  const post = { account, tags, url: POST, content: '<p>Hello</p>', media_attachments: media };
  const { id } = server.post(post);
  server.notify({ type: 'mention', account });
  server.publish('user', { event: 'emoji_reaction', payload: { name: 'heart', count: 3 } });
  server.remove(id);
}

describe('the programs of the pages', () => {
  it('all have an entry in this file', () => {
    const known = [...Object.keys(STREAMING), ...Object.keys(ENDING), BLOCKING, ...ELSEWHERE];
    expect(readdirSync(folder).sort()).toEqual(known.sort());
  });

  it.concurrent.for(Object.entries(STREAMING))(
    '%s',
    { timeout: 60_000 },
    async ([name, [streams, printed]], { onTestFinished }) => {
      const server = await startFakeMastodon();
      onTestFinished(() => server.close());
      server.addList('42');
      server.post({ account: { acct: 'bob' } });
      await using program = await run(name, server);
      await server.waitForConnections(streams);
      happen(server);
      await program.prints(printed);
    },
  );

  it.concurrent.for(Object.entries(ENDING))(
    '%s',
    { timeout: 60_000 },
    async ([name, printed], { onTestFinished }) => {
      const server = await startFakeMastodon();
      onTestFinished(() => server.close());
      await using program = await run(name, server);
      expect(await program.end()).toBe(printed);
    },
  );

  it(
    `${BLOCKING} waits until the stream has ended`,
    { timeout: 60_000 },
    async ({ onTestFinished }) => {
      const server = await startFakeMastodon();
      onTestFinished(() => server.close());
      await using program = await run(BLOCKING, server);
      await server.waitForConnections();
      happen(server);
      server.end();
      await program.prints(['The stream is over MastodonStreamEndedError']);
    },
  );

  it(
    'bot.ts prints each post once, although it is killed',
    { timeout: 60_000 },
    async ({ onTestFinished }) => {
      const server = await startFakeMastodon();
      onTestFinished(() => server.close());
      const folder = newFolder();
      const account = { acct: 'ada' };
      await using first = await run('bot.ts', server, folder);
      await server.waitForConnections();
      const { id } = server.post({ account, content: 'before' });
      await first.prints(['ada before']);
      const cursor = () => readFileSync(join(folder, 'cursor.json'), 'utf8');
      await vi.waitFor(() => expect(cursor()).toContain(id));
      await first.kill();
      await server.waitForDisconnections();
      server.post({ account, content: 'meanwhile' });

      await using second = await run('bot.ts', server, folder);
      await second.prints(['missed: ada meanwhile']);
      server.post({ account, content: 'after' });
      await second.prints(['ada after']);
      const lines = (await second.kill()).trim().split('\n');
      expect(lines.map((line) => line.replace('live:', 'missed:'))).toEqual([
        `connected to ${server.url}`,
        'missed: ada meanwhile',
        'missed: ada after',
      ]);
    },
  );
});
