/** Reads a command line, or says in a sentence what to write instead. */
import { parseArgs } from 'node:util';
import type { Timeline } from './timeline.ts';
import { readTimeline } from './timelineArgument.ts';
import { didYouMean, quote, UsageError } from './usageError.ts';

/** The request of a command line. */
export interface Command {
  readonly show: 'timeline' | 'help' | 'version';
  readonly timeline: Timeline;
  /** One JSON event a line. */
  readonly json: boolean;
  /** The file of a recorded response to read instead of a server. */
  readonly replay: string | undefined;
  /** The number of server events to end after. */
  readonly count: number;
  readonly reconnect: boolean;
  /** The number of newest items of each kind to show first. */
  readonly last: number | undefined;
  /** The transport to use. */
  readonly transport: (typeof TRANSPORTS)[number];
  /** The seed of the demo; undefined if none is given. */
  readonly seed: number | undefined;
  readonly speed: number | undefined;
}

/** Reads the arguments after the program's name; throws {@link UsageError}. */
export function readArguments(argv: readonly string[], program: string): Command {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    strict: false, // its own messages suggest no name
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
      `Unknown option ${quote(rawName)}.${didYouMean(name, Object.keys(OPTIONS), '--')} ${program} --help lists the options.`,
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
  // Number('') and Number('0x10') are numbers, too, but not ones that users mean.
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
