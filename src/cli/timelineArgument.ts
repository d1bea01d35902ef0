/** Reads the name of a timeline: `hashtag rxjs --local`. */
import { oneLine } from './text.ts';
import type { Timeline } from './timeline.ts';
import { didYouMean, quote, UsageError } from './usageError.ts';

interface Name {
  readonly kind: Timeline['kind'];
  readonly local?: boolean;
  readonly remote?: boolean;
  readonly media?: boolean;
}

/** The names of a timeline: short words, and Mastodon's own names. */
const NAMES: ReadonlyMap<string, Name> = new Map<string, Name>([
  ['user', { kind: 'user' }],
  ['home', { kind: 'user' }],
  ['notifications', { kind: 'notifications' }],
  ['user:notification', { kind: 'notifications' }],
  ['public', { kind: 'public' }],
  ['public:media', { kind: 'public', media: true }],
  ['local', { kind: 'public', local: true }],
  ['public:local', { kind: 'public', local: true }],
  ['public:local:media', { kind: 'public', local: true, media: true }],
  ['remote', { kind: 'public', remote: true }],
  ['public:remote', { kind: 'public', remote: true }],
  ['public:remote:media', { kind: 'public', remote: true, media: true }],
  ['hashtag', { kind: 'hashtag' }],
  ['hashtag:local', { kind: 'hashtag', local: true }],
  ['list', { kind: 'list' }],
  ['direct', { kind: 'direct' }],
]);

const SHORT_NAMES = 'user, notifications, public, local, remote, hashtag TAG, list ID and direct';

/** The flags that narrow a timeline. */
export type TimelineFlag = 'local' | 'remote' | 'media';

/** Reads the name of a timeline, what follows it, and its flags. Throws {@link UsageError}. */
export function readTimeline(
  words: readonly string[],
  has: (flag: TimelineFlag) => boolean,
  program: string,
): Timeline {
  const [word = 'user', parameter, ...others] = words;
  const name = NAMES.get(word.toLowerCase());
  if (!name) throw unknownTimeline(word, program);
  const { kind } = name;

  const takesParameter = kind === 'hashtag' || kind === 'list';
  const extra = takesParameter ? others[0] : parameter;
  if (extra !== undefined) {
    throw new UsageError(
      takesParameter
        ? `${word} takes one ${kind === 'list' ? 'id' : 'tag'}, and ${quote(extra)} is one too many: open another terminal for it.`
        : `${word} takes nothing after it: leave ${quote(extra)} out, or see ${program} --help.`,
    );
  }

  const flags = {
    local: has('local') || name.local === true,
    remote: has('remote') || name.remote === true,
    media: has('media') || name.media === true,
  };
  if (flags.local && kind !== 'public' && kind !== 'hashtag') throw noSuchFlag('local', word);
  if (flags.remote && kind !== 'public') throw noSuchFlag('remote', word);
  if (flags.media && kind !== 'public') throw noSuchFlag('media', word);
  if (flags.local && flags.remote) {
    throw new UsageError(
      'Local and remote exclude each other: leave both out to see the posts of all servers.',
    );
  }

  switch (kind) {
    case 'public':
      return { kind, ...flags };
    case 'hashtag':
      return { kind, tag: readTag(word, parameter, program), local: flags.local };
    case 'list':
      return { kind, id: readListId(parameter, program) };
    default:
      return { kind };
  }
}

function readTag(word: string, parameter: string | undefined, program: string): string {
  const tag = parameter?.trim().replace(/^[#＃]+/, '');
  if (tag === undefined || tag === '') {
    throw new UsageError(
      `${word} needs a tag, without the # (a shell takes that for a comment): ${program} ${word} rxjs`,
    );
  }
  return tag;
}

function readListId(parameter: string | undefined, program: string): string {
  const id = parameter?.trim();
  if (id === undefined || id === '') {
    throw new UsageError(
      `list needs an id, the number at the end of the list's address on the web: ${program} list 42`,
    );
  }
  return id;
}

function unknownTimeline(word: string, program: string): UsageError {
  if (/^[#＃]./.test(word)) {
    return new UsageError(
      `For a hashtag write: ${program} hashtag ${oneLine(word).replace(/^[#＃]+/, '')}`,
    );
  }
  const hint = didYouMean(word, [...NAMES.keys()]);
  return new UsageError(
    `Unknown timeline ${quote(word)}.${hint} The timelines are ${SHORT_NAMES} (${program} --help).`,
  );
}

function noSuchFlag(flag: TimelineFlag, word: string): UsageError {
  const where =
    flag === 'local'
      ? 'public and hashtag'
      : flag === 'remote'
        ? 'public'
        : 'public, local and remote';
  return new UsageError(`--${flag} goes with ${where}, not with ${word}: leave it out.`);
}
