import { readFileSync } from 'node:fs';
import type { FakeChannel, FakeEvent } from 'mastodon-rx/testing';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

/** The frames of a real server, in order, by the title of their recording. */
export const recordedFrames = (title: string): string[] =>
  fixture('websocket-frames.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { title: string; s: string })
    .filter((frame) => frame.title === title)
    .map(({ s }) => s);

/** A step of a recording: a frame of the client, or a publication. */
export type RecordedStep =
  | { readonly send: string }
  | { readonly publish: readonly [FakeChannel, FakeEvent] }
  | { readonly kill: true };

/** The recorded frames of a title, as `expected`, and the steps before them. */
export function recordingOf(title: string): {
  readonly path: string;
  readonly steps: readonly RecordedStep[];
  readonly expected: readonly string[];
} {
  const text = fixture('websocket.md');
  const start = text.indexOf(`\n## ${title}\n`);
  const section = text.slice(
    start + 1,
    (text.indexOf('\n## ', start + 1) + 1 || text.length + 1) - 1,
  );
  const expected = recordedFrames(title);
  const steps: RecordedStep[] = [];
  let received = 0;

  const lines = section.split('\n');
  for (const [index, line] of lines.entries()) {
    const sent = /^\+\s*\d+ms C> (.*)$/.exec(line)?.[1];
    const published = /^\+\s*\d+ms \(redis PUBLISH (\S+) (.*)$/.exec(line);
    if (sent !== undefined) steps.push({ send: sent });
    else if (published) {
      const [, channel = '', rest = ''] = published;
      if (channel.startsWith('timeline:access_token:')) steps.push({ kill: true });
      else {
        // Long events are cut there: the frame of one has the whole event.
        const follows = lines[index + 1]?.includes(' S< ') ?? false;
        steps.push({
          publish: [channelOf(channel), eventOf(rest, follows ? expected[received] : undefined)],
        });
      }
    } else if (line.includes(' S< ')) received++;
  }
  return { path: /^`(\/[^`]*)`/m.exec(section)?.[1] ?? '', steps, expected };
}

function eventOf(rest: string, frame: string | undefined): FakeEvent {
  const whole = rest.slice(0, rest.lastIndexOf(' -> '));
  try {
    return JSON.parse(whole) as FakeEvent;
  } catch {
    const { event, payload } = JSON.parse(frame ?? '') as { event: string; payload: string };
    return { event, payload: JSON.parse(payload) as object };
  }
}

const ACCOUNT = '109876543210987001';

function channelOf(redis: string): FakeChannel {
  const [, kind = '', ...rest] = redis.split(':');
  if (kind === ACCOUNT) return rest[0] === 'notifications' ? 'user:notification' : 'user';
  if (kind === 'direct') return 'direct';
  if (kind === 'hashtag') return [rest[1] === 'local' ? 'hashtag:local' : 'hashtag', rest[0] ?? ''];
  if (kind === 'list') return ['list', rest[0] ?? ''];
  return [kind, ...rest].join(':');
}
