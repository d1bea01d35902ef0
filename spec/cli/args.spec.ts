import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/cli/args.ts';
import { UsageError } from '../../src/cli/usageError.ts';

const read = (line: string) => readArguments(line.split(' ').filter(Boolean), 'mastodon-rx');

const anyPublic = { kind: 'public', local: false, remote: false, media: false };

describe('a timeline', () => {
  it.each([
    ['', { kind: 'user' }],
    ['user', { kind: 'user' }],
    ['home', { kind: 'user' }],
    ['notifications', { kind: 'notifications' }],
    ['user:notification', { kind: 'notifications' }],
    ['public', anyPublic],
    ['PUBLIC', anyPublic],
    ['public --local', { ...anyPublic, local: true }],
    ['--local public', { ...anyPublic, local: true }],
    ['public --remote --media', { ...anyPublic, remote: true, media: true }],
    ['public:media', { ...anyPublic, media: true }],
    ['local', { ...anyPublic, local: true }],
    ['local --local', { ...anyPublic, local: true }],
    ['public:local', { ...anyPublic, local: true }],
    ['public:local:media', { ...anyPublic, local: true, media: true }],
    ['remote --media', { ...anyPublic, remote: true, media: true }],
    ['public:remote', { ...anyPublic, remote: true }],
    ['public:remote:media', { ...anyPublic, remote: true, media: true }],
    ['hashtag rxjs', { kind: 'hashtag', tag: 'rxjs', local: false }],
    ['hashtag #rxjs', { kind: 'hashtag', tag: 'rxjs', local: false }],
    ['hashtag 日本語 --local', { kind: 'hashtag', tag: '日本語', local: true }],
    ['hashtag:local rxjs', { kind: 'hashtag', tag: 'rxjs', local: true }],
    ['list 42', { kind: 'list', id: '42' }],
    ['direct', { kind: 'direct' }],
  ])('is parsed from %j', (line, timeline) => {
    expect(read(line).timeline).toEqual(timeline);
  });
});

describe('options', () => {
  it('are off or unlimited by default', () => {
    expect(read('')).toMatchObject({
      show: 'timeline',
      json: false,
      replay: undefined,
      count: Infinity,
      last: undefined,
      reconnect: true,
      transport: 'auto',
      seed: undefined,
      speed: undefined,
    });
  });

  it.each([
    ['--json', { json: true }],
    ['--replay a.http', { replay: 'a.http' }],
    ['--replay=--odd', { replay: '--odd' }],
    ['--count 3', { count: 3 }],
    ['--count=3', { count: 3 }],
    ['--last 20', { last: 20 }],
    ['--count 3 --count 4', { count: 4 }],
    ['--no-reconnect', { reconnect: false }],
    ['--transport websocket', { transport: 'websocket' }],
    ['--transport=SSE', { transport: 'sse' }],
    ['--transport auto', { transport: 'auto' }],
    ['--seed -7 --speed 0.5', { seed: -7, speed: 0.5 }],
    ['-h', { show: 'help' }],
    ['--help nonsense', { show: 'help' }],
    ['-v', { show: 'version' }],
    ['--version', { show: 'version' }],
    ['-- list 42', { timeline: { kind: 'list', id: '42' } }],
  ])('are parsed from %j', (line, expected) => {
    expect(read(line)).toMatchObject(expected);
  });
});

describe('an invalid command line', () => {
  it.each([
    ['pubic', 'Unknown timeline "pubic". Did you mean "public"? The timelines are user,'],
    ['hastag rxjs', 'Unknown timeline "hastag". Did you mean "hashtag"?'],
    ['public:locla', 'Unknown timeline "public:locla". Did you mean "public:local"?'],
    ['notif', 'Unknown timeline "notif". Did you mean "notifications"?'],
    ['dierct', 'Unknown timeline "dierct". Did you mean "direct"?'],
    ['lsit 42', 'Unknown timeline "lsit". Did you mean "list"?'],
    [
      'constructor',
      'Unknown timeline "constructor". The timelines are user, notifications, public,',
    ],
    ['#rxjs', 'For a hashtag write: mastodon-rx hashtag rxjs'],
    [
      'hashtag',
      'hashtag needs a tag, without the # (a shell takes that for a comment): mastodon-rx hashtag rxjs',
    ],
    ['hashtag #', 'hashtag needs a tag'],
    ['hashtag:local', 'hashtag:local needs a tag'],
    ['hashtag a b', 'hashtag takes one tag, and "b" is one too many'],
    [
      'list',
      "list needs an id, the number at the end of the list's address on the web: mastodon-rx list 42",
    ],
    ['list 1 2', 'list takes one id, and "2" is one too many'],
    ['user alice', 'user takes nothing after it: leave "alice" out'],
    ['direct --local', '--local goes with public and hashtag, not with direct: leave it out.'],
    ['hashtag rxjs --remote', '--remote goes with public, not with hashtag: leave it out.'],
    ['hashtag rxjs --media', '--media goes with public, local and remote, not with hashtag'],
    ['--media', '--media goes with public, local and remote, not with user'],
    ['local --remote', 'Local and remote exclude each other'],
    [
      '--jsn',
      'Unknown option "--jsn". Did you mean "--json"? mastodon-rx --help lists the options.',
    ],
    ['--noreconnect', 'Did you mean "--no-reconnect"?'],
    ['--constructor', 'Unknown option "--constructor". mastodon-rx --help'],
    ['-x', 'Unknown option "-x". mastodon-rx --help'],
    ['--json=1', '--json takes no value: write --json alone.'],
    ['--transport', '--transport needs auto, sse or websocket: write --transport websocket'],
    ['--transport tcp', '--transport must be auto, sse or websocket: write --transport websocket'],
    ['--replay', '--replay needs the file of a recorded response: write --replay spec/'],
    ['--replay --json', '--replay needs the file of a recorded response'],
    ['--replay=', '--replay needs the file of a recorded response'],
    [
      '--count',
      '--count needs a whole number of events, 1 or more: write --count 10, for example.',
    ],
    [
      '--count 0',
      '--count must be a whole number of events, 1 or more: write --count 10, for example.',
    ],
    ['--last 401', '--last must be a whole number of posts, 0 to 400'],
    ['--count -1', '--count must be a whole number of events'],
    ['--count 1.5', '--count must be a whole number of events'],
    ['--count many', '--count must be a whole number of events'],
    ['--count 0x10', '--count must be a whole number of events'],
    ['--seed x', '--seed must be a whole number: write --seed 7, for example.'],
    ['--speed 0', '--speed must be a number from 0.1 to 100: write --speed 2, for example.'],
    ['--speed 1000', '--speed must be a number from 0.1 to 100'],
  ])('has an error message: %j', (line, sentence) => {
    const reading = () => read(line);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(sentence);
  });

  it('has an error message without escape sequences', () => {
    expect(() => read('\u001b]0;title\u0007us\u202eer')).toThrow('"user"');
  });

  it('names the program as it was called', () => {
    expect(() => readArguments(['hashtag'], 'npm start --')).toThrow('npm start -- hashtag rxjs');
  });
});
