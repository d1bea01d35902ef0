/** The words of a command line in, what is wanted out; or a sentence that says what to write instead. */
import { parseArgs } from 'node:util';
import { oneLine } from './text.ts';
import type { Timeline } from './timeline.ts';

/** The request of a command line. */
export interface Command {
  readonly show: 'timeline' | 'help' | 'version';
  readonly timeline: Timeline;
  /** One JSON event a line. */
  readonly json: boolean;
  /** A recorded response, to be read in place of a server. */
  readonly replay: string | undefined;
  /** The number of server events to end after. */
  readonly count: number;
  readonly reconnect: boolean;
  /** The number of the newest items of each kind that come first. */
  readonly last: number | undefined;
  /** The transport over which a server is streamed. */
  readonly transport: (typeof TRANSPORTS)[number];
  /** Of the demo; undefined: not said. */
  readonly seed: number | undefined;
  readonly speed: number | undefined;
}

/** Somebody wrote something that cannot be done; the message is a sentence that says what can. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the arguments after the program's name; throws {@link UsageError}. */
export function readArguments(argv: readonly string[], program: string): Command {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    strict: false, // its own sentences neither suggest a name nor end in a full stop
    tokens: true,
  });
  const words: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option') given.set(token.name, valueOf(token, program));
  }

  const has = (option: Option): boolean => given.has(option);
  const show = has('help') ? 'help' : has('version') ? 'version' : 'timeline';
  return {
    show,
    timeline: show === 'timeline' ? readTimeline(words, has, program) : { kind: 'user' },
    json: has('json'),
    replay: given.get('replay'),
    count: readNumber('count', given, isCount) ?? Infinity,
    reconnect: !has('no-reconnect'),
    last: readNumber('last', given, isLast),
    transport: readTransport(given),
    seed: readNumber('seed', given, Number.isSafeInteger),
    speed: readNumber('speed', given, isSpeed),
  };
}

const OPTIONS = {
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  media: { type: 'boolean' },
  json: { type: 'boolean' },
  replay: { type: 'string' },
  count: { type: 'string' },
  last: { type: 'string' },
  'no-reconnect': { type: 'boolean' },
  transport: { type: 'string' },
  seed: { type: 'string' },
  speed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Option = keyof typeof OPTIONS;

/** The meaning of an option's value, and an example of one. */
const VALUES = {
  transport: ['auto, sse or websocket', 'websocket'],
  replay: ['the file of a recorded response', 'spec/fixtures/user.raw.http'],
  count: ['a whole number of events, 1 or more', '10'],
  last: ['a whole number of posts, 0 to 400', '20'],
  seed: ['a whole number', '7'],
  speed: ['a number from 0.1 to 100', '2'],
} as const;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

const isLast = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= 400;

const isSpeed = (value: number): boolean => value >= 0.1 && value <= 100;

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf({ name, rawName, value, inlineValue }: OptionToken, program: string): string {
  if (!isOption(name)) {
    throw new UsageError(
      `There is no option ${quote(rawName)}${suggestion(name, Object.keys(OPTIONS), '--')}: ${program} --help shows them all.`,
    );
  }
  if (OPTIONS[name].type === 'boolean') {
    if (inlineValue === true)
      throw new UsageError(`--${name} takes no value: write --${name} alone.`);
    return '';
  }
  // `--replay --json` would otherwise look for a file called `--json`.
  const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('--'));
  if (isMissing) throw wrongValue(name as keyof typeof VALUES, 'needs');
  return value;
}

const isOption = (name: string): name is Option => Object.hasOwn(OPTIONS, name);

function wrongValue(name: keyof typeof VALUES, verb: 'needs' | 'must be'): UsageError {
  const [what, example] = VALUES[name];
  return new UsageError(`--${name} ${verb} ${what}: write --${name} ${example}, for example.`);
}

function readNumber(
  name: 'count' | 'last' | 'seed' | 'speed',
  given: ReadonlyMap<string, string>,
  isRight: (value: number) => boolean,
): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  // Number('') and Number('0x10') are numbers, and nobody means them.
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!isRight(value)) throw wrongValue(name, 'must be');
  return value;
}

const TRANSPORTS = ['auto', 'sse', 'websocket'] as const;

function readTransport(given: ReadonlyMap<string, string>): Command['transport'] {
  const text = given.get('transport') ?? 'auto';
  const transport = TRANSPORTS.find((name) => name === text.toLowerCase());
  if (transport === undefined) throw wrongValue('transport', 'must be');
  return transport;
}

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

function readTimeline(
  words: readonly string[],
  has: (option: Option) => boolean,
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
  const hint = suggestion(word, [...NAMES.keys()]);
  return new UsageError(
    `There is no timeline ${quote(word)}${hint}: there are ${SHORT_NAMES} (${program} --help).`,
  );
}

function noSuchFlag(flag: 'local' | 'remote' | 'media', word: string): UsageError {
  const where =
    flag === 'local'
      ? 'public and hashtag'
      : flag === 'remote'
        ? 'public'
        : 'public, local and remote';
  return new UsageError(`--${flag} goes with ${where}, not with ${word}: leave it out.`);
}

const quote = (text: string): string => `"${oneLine(text)}"`;

/** `, did you mean …?` where something that there is comes near. */
function suggestion(word: string, names: readonly string[], prefix = ''): string {
  const wrong = word.toLowerCase();
  const [nearest] = names
    .map((name) => ({ name, distance: name.startsWith(wrong) ? 1 : distance(wrong, name) }))
    .filter(({ name, distance: far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((one, other) => one.distance - other.distance);
  return nearest ? ` (did you mean ${prefix}${nearest.name}?)` : '';
}

/** Counts the letters that must be added, left out, changed or swapped (Damerau and Levenshtein). */
function distance(from: string, to: string): number {
  if (from.length > 40) return Infinity;
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const cells = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      cells[column] = Math.min(
        rows[row - 1]![column]! + 1,
        cells[column - 1]! + 1,
        rows[row - 1]![column - 1]! + (isSame ? 0 : 1),
        isSwapped ? rows[row - 2]![column - 2]! + 1 : Infinity,
      );
    }
    rows.push(cells);
  }
  return rows[from.length]![to.length]!;
}
