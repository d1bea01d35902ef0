import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { html } from '../../src/cli/cast.ts';
import { captureOf, expectedOf, STREAM_CAPTURES } from '../helpers/captures.ts';
import { fake, fromServer } from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { Screen, start } from './terminal.ts';

interface Line {
  type: string;
  payload: Record<string, unknown>;
  stream: string[];
}

const eventsOf = (screen: Screen): Line[] => screen.lines.map((line) => JSON.parse(line) as Line);

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}.raw.http`, import.meta.url));

const FAST = ['--speed', '20'];

describe('the demo', () => {
  it.each([
    [[], ['user']],
    [['user'], ['user']],
    [['notifications'], ['user:notification']],
    [['public'], ['public']],
    [['public', '--local'], ['public:local']],
    [['public', '--remote'], ['public:remote']],
    [['public', '--media'], ['public:media']],
    [['local'], ['public:local']],
    [['local', '--media'], ['public:local:media']],
    [['remote'], ['public:remote']],
    [['remote', '--media'], ['public:remote:media']],
    [
      ['hashtag', 'rxjs'],
      ['hashtag', 'rxjs'],
    ],
    [
      ['hashtag', 'anything else 日本'],
      ['hashtag', 'anything else 日本'],
    ],
    [
      ['hashtag', 'rxjs', '--local'],
      ['hashtag:local', 'rxjs'],
    ],
    [
      ['list', '42'],
      ['list', '42'],
    ],
    [
      ['list', '7'],
      ['list', '7'],
    ],
    [['direct'], ['direct']],
  ])('shows events on %j', async (argv, stream) => {
    const { stdout, stderr, status } = start([...argv, ...FAST, '--json', '--count', '3']);
    expect(await status).toBe(0);
    const events = eventsOf(stdout);
    expect(fromServer(events)).toHaveLength(3);
    for (const event of events) expect(event.stream).toEqual(stream);
    expect(stderr.text).toContain('built-in demo server');
  });

  it('shows every kind of event on the home timeline, and how it reconnects', async () => {
    const { stdout, stderr, status, stop } = start(FAST);
    await stdout.until(/connection lost \(.+\): next try in \d\.\d s\n[^]*connected again: user\n/);
    await stdout.until(/The server ended the stream/);
    await stdout.until(/✗ post \d+ was deleted/);
    const text = await stdout.until(/✎ .* edits/);
    expect(text).toMatch(/^This is the built-in demo server.*MASTODON_URL and MASTODON_TOKEN/);
    expect(text).toMatch(/^\d\d:\d\d:\d\d {2}– connected: user$/m);
    expect(text).toMatch(/^\d\d:\d\d:\d\d {2}Mira Okafor @mira$/m);
    expect(text).toMatch(/★ Mira Okafor @mira mentions you/);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('heartbeat');
    stop();
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
  });

  it('starts with other posts for another seed', async () => {
    const first = async (...argv: string[]): Promise<unknown> => {
      const { stdout, status } = start([
        ...['list', '42', '--json', '--count', '1', '--last', '0'],
        ...[...FAST, ...argv],
      ]);
      await status;
      return eventsOf(stdout).at(-1)?.payload['content'];
    };
    const usual = await first();
    expect(await first()).toBe(usual);
    expect(await first('--seed', '2')).not.toBe(usual);
    expect(await first('--seed', '-5')).not.toBe(usual);
  });

  it('ends with status 1 at the first lost connection with --no-reconnect', async () => {
    const { stdout, stderr, status } = start(['--no-reconnect', ...FAST]);
    expect(await status).toBe(1);
    expect(stdout.text).not.toContain('connection lost');
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.text).toMatch(/broke.*: leave --no-reconnect out to retry\.$/m);
  });

  it('is coloured only on a terminal, unless the environment says otherwise', async () => {
    const coloured = async (env: Record<string, string>, isTTY: boolean): Promise<boolean> => {
      const stdout = new Screen({ isTTY });
      await start(['--count', '1', ...FAST], { env, stdout }).status;
      return stdout.text.includes('\u001b[');
    };
    expect(await coloured({}, true)).toBe(true);
    expect(await coloured({}, false)).toBe(false);
    expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
    expect(await coloured({ NO_COLOR: '' }, true)).toBe(true);
    expect(await coloured({ TERM: 'dumb' }, true)).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
  });

  it('wraps lines on a terminal, and not in a pipe', async () => {
    const [narrow, pipe] = [new Screen({ isTTY: true, columns: 50 }), new Screen({ columns: 50 })];
    for (const stdout of [narrow, pipe]) {
      await start(['local', '--count', '1', ...FAST], { env: { NO_COLOR: '1' }, stdout }).status;
    }
    expect(Math.max(...narrow.lines.map(({ length }) => length))).toBeLessThanOrEqual(50);
    expect(Math.max(...pipe.lines.map(({ length }) => length))).toBeGreaterThan(100);
  });
});

describe('a real server', () => {
  it.each([[[]], [['--transport', 'auto']], [['--transport', 'websocket']]])(
    'can be a GoToSocial, by default or with %j',
    async (options) => {
      const server = await fake({ flavour: 'gotosocial' });
      const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
      const { stdout, status } = start(['user', '--json', '--count', '2', ...options], { env });
      await server.waitForConnections();
      const { id } = server.post();
      server.remove(id);
      expect(await status).toBe(0);
      expect(fromServer(eventsOf(stdout)).map(([type]) => type)).toEqual(['update', 'delete']);
      expect(server.requests.every(({ headers }) => headers['user-agent'])).toBe(true);
    },
  );

  it('that is a GoToSocial causes an error that names WebSocket with --transport sse', async () => {
    const server = await fake({ flavour: 'gotosocial' });
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stderr, status } = start(['user', '--transport', 'sse'], { env });
    expect(await status).toBe(1);
    expect(stderr.text).toContain('--transport websocket');
  });

  it('is the one of MASTODON_URL, with the token of MASTODON_TOKEN', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout, stderr, status, stop } = start(['hashtag', 'rxjs', '--local'], { env });
    await server.waitForConnections();
    server.post({ ...html('On #rxjs') });
    await stdout.until(/Bob @bob\n {10}On #rxjs\n/);
    expect(server.connections.map(({ stream }) => stream)).toEqual([['hashtag:local', 'rxjs']]);
    expect(stdout.text).not.toContain('demo');
    stop();
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    await server.waitForClosedSockets();
  });

  it('is reconnected to', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout } = start([], { env });
    await server.waitForConnections();
    await stdout.until(/connected: user/);
    server.drop();
    await stdout.until(
      /connection lost \(The connection to 127\.0\.0\.1:\d+ broke.*\): next try in \d/,
    );
    await stdout.until(/connected again: user/);
    server.remove('117420000000000001');
    await stdout.until(/✗ post 117420000000000001 was deleted/);
  });

  it('can send a malformed event, which is left out and reported', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout } = start([], { env });
    await server.waitForConnections();
    server.write('event: update\ndata: {"content\n\n');
    server.remove('7');
    const text = await stdout.until(/✗ post 7/);
    expect(text).toContain(
      'The event "update" (number 1 of its connection) is not valid JSON, and was left out',
    );
  });

  it('has its events printed as JSON, one per line, and nothing else', async () => {
    const server = await fake({ version: '4.2.0' });
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout, stderr, status } = start(['--json', '--count', '3'], { env });
    await server.waitForConnections();
    const { id } = server.post({ content: 'a\u2028b\u202ec' });
    server.remove(id);
    server.publish('user', { event: 'filters_changed' });
    expect(await status).toBe(0);
    expect(eventsOf(stdout)).toMatchObject([
      { type: 'connected', payload: { attempt: 0 }, stream: ['user'] },
      { type: 'heartbeat', payload: { comment: ')' }, stream: ['user'] },
      { type: 'update', payload: { id, content: 'a\u2028b\u202ec' }, stream: ['user'] },
      { type: 'delete', payload: id, stream: ['user'] },
      { type: 'filters_changed', payload: null, stream: ['user'] },
    ]);
    expect(stderr.text).toBe('');
  });

  it('has its last posts shown before the live ones', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    for (const content of ['too old', 'first', 'second']) server.post({ content });
    const { stdout, status } = start(['--last', '2', '--count', '3'], { env });
    await stdout.until(/second/);
    await server.waitForConnections();
    server.post({ content: 'live' });
    expect(await status).toBe(0);
    expect(stdout.text).toMatch(/first[^]*second[^]*live/);
    expect(stdout.text).not.toContain('too old');
  });

  it('has posts that a filter of this timeline hides left out, except from JSON', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const filter = { id: '1', title: 'Cats', context: ['home'], filter_action: 'hide' };
    const printed = start(['--count', '1'], { env });
    const json = start(['--count', '2', '--json'], { env });
    await server.waitForConnections(2);
    server.post({ content: 'a cat', filtered: [{ filter }] });
    server.post({ content: 'a dog' });
    expect(await printed.status).toBe(0);
    expect(await json.status).toBe(0);
    expect(printed.stdout.text).toContain('a dog');
    expect(printed.stdout.text).not.toContain('a cat');
    expect(json.stdout.text).toContain('a cat');
  });

  it('can be used without a token if it allows that', async () => {
    const capture = captureOf('public');
    const server = await rawServer((socket, request) => {
      if (request.startsWith('GET /api/v1/streaming/public ')) socket.write(capture.raw);
      else socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    });
    const { status } = start(['public', '--count', '2'], { env: { MASTODON_URL: server.url } });
    expect(await status).toBe(0);
    expect(server.received).not.toMatch(/authorization/i);
    await server.disconnected();
  });
});

describe('a refusal is one sentence with the remedy, and status 1', () => {
  const refused = async (argv: string[], env: Record<string, string>): Promise<string> => {
    const { stdout, stderr, status } = start(argv, { env });
    expect(await status).toBe(1);
    expect(stdout.text).toBe('');
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.text).not.toMatch(/\n\s+at /);
    return stderr.text;
  };

  it('of a token', async () => {
    const server = await fake();
    const host = new URL(server.url).host;
    const token = 'secret-token-that-is-wrong';
    expect(await refused([], { MASTODON_URL: server.url, MASTODON_TOKEN: token })).toBe(
      `${host} refused the token in MASTODON_TOKEN (Invalid access token): make a new one (on the web: Preferences, Development, New application, with the scope read).\n`,
    );
    expect(await refused([], { MASTODON_URL: server.url })).toContain(
      `${host} requires a token for this timeline: set MASTODON_TOKEN (`,
    );
    const narrow = server.addToken({ scopes: ['write'] });
    expect(await refused([], { MASTODON_URL: server.url, MASTODON_TOKEN: narrow })).toContain(
      `The token in MASTODON_TOKEN may not read this timeline on ${host}: make a new one (`,
    );
    await server.waitForClosedSockets();
  });

  it('of a token that is revoked while the stream is open', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout, stderr, status } = start([], { env });
    await server.waitForConnections();
    await stdout.until(/connected/);
    server.revoke(server.token);
    expect(await status).toBe(1);
    expect(stderr.text).toMatch(
      /^\S+ refused the token in MASTODON_TOKEN \(Invalid access token\)/,
    );
  });

  it.each(['4.5.0', '4.2.0'])('of a list (Mastodon %s)', async (version) => {
    const server = await fake({ version });
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    expect(await refused(['list', '7'], env)).toBe(
      `${new URL(server.url).host} has no list "7" of this account: the id is the number at the end of the list's address on the web.\n`,
    );
  });

  it('which never contains the token, even if the server’s message does', async () => {
    const server = await fake();
    server.failNext(403, {}, { error: `No entry for ${server.token}` });
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const sentence = await refused([], env);
    expect(sentence).toContain('No entry for [token]');
    expect(sentence).not.toContain(server.token);
  });

  it('of a server that is not a Mastodon', async () => {
    const server = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi');
    });
    const sentence = await refused([], { MASTODON_URL: server.url, MASTODON_TOKEN: 'the-token' });
    expect(sentence).toMatch(/responded with text\/html .*: look at MASTODON_URL again\.$/m);
  });

  it('of the network with --no-reconnect', async () => {
    const server = await fake();
    await server.stop();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: 'x' };
    expect(await refused(['--no-reconnect'], env)).toMatch(
      /ECONNREFUSED: leave --no-reconnect out to retry\.$/m,
    );
  });

  it.each([
    [
      { MASTODON_TOKEN: 'x' },
      'MASTODON_TOKEN is set and MASTODON_URL is not: set both for a real server, or neither for the demo.',
    ],
    [{ MASTODON_TOKEN: 'x', MASTODON_URL: ' ' }, 'MASTODON_TOKEN is set and MASTODON_URL is not'],
    [
      { MASTODON_URL: 'mastodon.social' },
      "MASTODON_URL must be an http(s) URL, like 'https://mastodon.social'.",
    ],
    [
      { MASTODON_URL: 'http://mastodon.social' },
      'MASTODON_URL is plain http, where the token can be read on the way: use https.',
    ],
    [
      { MASTODON_URL: 'https://a:b@mastodon.social' },
      'MASTODON_URL must have no user name, password, query or fragment: MASTODON_TOKEN has the token.',
    ],
    [
      { MASTODON_URL: 'https://mastodon.social', MASTODON_TOKEN: 'a b' },
      'MASTODON_TOKEN must be a string of visible ASCII characters without spaces.',
    ],
  ])('of the environment %j', async (env, sentence) => {
    expect(await refused([], env)).toContain(sentence);
  });

  it('of the arguments', async () => {
    expect(await refused(['pubic'], {})).toContain('Unknown timeline "pubic"');
    expect(await refused(['hashtag'], {})).toContain('mastodon-rx hashtag rxjs\n');
    expect(await refused(['hashtag'], { npm_lifecycle_event: 'start' })).toContain(
      'npm start -- hashtag rxjs\n',
    );
    const env = { MASTODON_URL: 'https://mastodon.social' };
    expect(await refused(['--speed', '2'], env)).toBe(
      '--seed and --speed are for the built-in demo: unset MASTODON_URL to see it.\n',
    );
    expect(await refused(['--seed', '2', '--replay', fixture('user')], {})).toBe(
      '--seed and --speed are for the built-in demo: leave --replay out to see it.\n',
    );
  });
});

describe('a recording', () => {
  /** A file that is deleted when the test ends. */
  const fileOf = (content: string | Uint8Array): string => {
    const folder = mkdtempSync(join(tmpdir(), 'mastodon-rx-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'recording');
    writeFileSync(file, content);
    return file;
  };

  const replayed = async (file: string): Promise<unknown[]> => {
    const { stdout, stderr, status } = start(['--replay', file, '--json']);
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    const [connected, ...events] = eventsOf(stdout);
    expect(connected).toEqual({ type: 'connected', payload: { attempt: 0 }, stream: ['user'] });
    return events;
  };

  /** The value after a round trip through JSON. */
  const expectedOfAll = (capture: ReturnType<typeof captureOf>): unknown[] =>
    capture.items.map((item) => {
      const {
        type,
        payload = null,
        stream,
      } = expectedOf(item) as { type: string; payload?: unknown; stream: string[] };
      return { type, payload, stream };
    });

  it.each(STREAM_CAPTURES)('of %s is printed as its events, and ends', async (name) => {
    expect(await replayed(fixture(name))).toEqual(expectedOfAll(captureOf(name)));
  });

  it.each(STREAM_CAPTURES)('of %s is printed as text, too', async (name) => {
    const { stdout, stderr, status } = start(['--replay', fixture(name)]);
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    const events = captureOf(name).items.filter((item) => 'event' in item);
    // One head for each event, and one for `connected`: no recorded event is hidden by a filter.
    expect(stdout.text.match(/^\d\d:\d\d:\d\d {2}\S/gm)).toHaveLength(events.length + 1);
  });

  it('can be a bare body', async () => {
    const capture = captureOf('user');
    expect(await replayed(fileOf(capture.body))).toEqual(expectedOfAll(capture));
  });

  it('can be the output of curl -i: without chunks, perhaps of HTTP/2', async () => {
    const capture = captureOf('public');
    const head = capture.writes[0]!.toString();
    const old = Buffer.concat([Buffer.from(head), capture.body]);
    expect(await replayed(fileOf(old))).toEqual(expectedOfAll(capture));
    const h2 = 'HTTP/2 200 \r\ncontent-type: text/event-stream\r\n\r\n';
    expect(await replayed(fileOf(Buffer.concat([Buffer.from(h2), capture.body])))).toEqual(
      expectedOfAll(capture),
    );
  });

  it('is labelled with the timeline of the command line, and ends after --count', async () => {
    const argv = ['hashtag', 'rxjs', '--replay', fixture('hashtag'), '--json', '--count', '1'];
    const { stdout, status } = start(argv);
    expect(await status).toBe(0);
    expect(eventsOf(stdout).map(({ type, stream }) => [type, stream])).toEqual([
      ['connected', ['hashtag', 'rxjs']],
      ['heartbeat', ['hashtag', 'rxjs']],
      ['update', ['hashtag', 'rxjs']],
    ]);
  });

  it('causes no request, whatever the environment', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    expect(await start(['--replay', fixture('direct')], { env }).status).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['does not exist', () => '/nowhere/at-all', 'there is no such file.'],
    ['is a directory', () => tmpdir(), 'this is a directory, and a file is needed.'],
    ['is empty', () => fileOf(''), 'this is not a recorded event stream'],
    ['is another document', () => fileOf('{ "name": "x" }'), 'this is not a recorded event stream'],
    [
      'is an incomplete head',
      () => fileOf('HTTP/1.1 200 OK\r\n'),
      'this is not a recorded event stream',
    ],
    [
      'is a head without a body',
      () => fileOf('HTTP/1.1 what\r\n\r\n'),
      'this is not a recorded event stream',
    ],
    [
      'is another response',
      () => fileOf('HTTP/1.1 401 Unauthorized\r\n\r\n{"error":"x"}'),
      'this is not a recorded event stream',
    ],
  ])('that %s causes an error message', async (_what, file, sentence) => {
    const { stdout, stderr, status } = start(['--replay', file()]);
    expect(await status).toBe(1);
    expect(stdout.text).toBe('');
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.text).toContain(sentence);
  });
});

describe('help', () => {
  it.each(['--help', '-h'])('%s shows every timeline and option on 100 columns', async (option) => {
    const { stdout, status } = start([option]);
    expect(await status).toBe(0);
    for (const word of [
      'user',
      'notifications',
      'hashtag TAG',
      'list ID',
      'direct',
      '--replay FILE',
      '--count N',
      'MASTODON_TOKEN',
    ]) {
      expect(stdout.text).toContain(word);
    }
    expect(Math.max(...stdout.lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('has a version', async () => {
    const { stdout, status } = start(['--version']);
    expect(await status).toBe(0);
    expect(stdout.text).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});
