/** Declares and reads assignments: an instance, a timeline, and a credential by its name. */
import type { Observable } from 'rxjs';
import { forkChannel, type ChannelConfig, type PublicConfig } from '../connect/channels.ts';
import { check, isRecord } from '../config/check.ts';
import type { StreamConfig } from '../config/options.ts';
import type { StreamEvent } from '../model/events.ts';
import type { Timelines } from '../client/createTimelines.ts';
import { hostOf, streamToken, tokenOf } from './subjects.ts';

/** A timeline to stream. */
export interface Assignment {
  /** The instance's URL, like `baseUrl` of `createTimelines`. */
  readonly instance: string;
  /**
   * As Mastodon names its streams: `['user']`, `['public:local']`, `['hashtag', 'rxjs']`, `['list', '42']`;
   * or an endpoint that a fork adds, as `timelines.channel` takes it.
   */
  readonly timeline: readonly string[] | ChannelConfig;
  /** The ingester's name for a token: never the token itself. */
  readonly credential: string;
}

/** Reads an assignment; `undefined` if this version cannot stream it. */
export function readAssignment(text: string): Assignment | undefined {
  try {
    return checked(JSON.parse(text) as Assignment);
  } catch {
    return undefined;
  }
}

/**
 * Returns the assignment without any other properties.
 *
 * @throws `MastodonIllegalArgumentError` if it is not an assignment.
 */
export function checked(assignment: Assignment): Assignment {
  check(isRecord(assignment), 'An assignment has an instance, a timeline and a credential');
  const { instance, timeline, credential } = assignment;
  check(
    typeof instance === 'string' && /^https?:\/\//i.test(instance) && URL.canParse(instance),
    "instance must be a URL: 'https://mastodon.social'",
  );
  const { username, password, search, hash } = new URL(instance);
  // The message does not repeat the text: people paste URLs with tokens in them.
  check(
    username === '' && password === '' && search === '' && hash === '',
    'instance must have no user name, password, query or fragment: assignments hold no tokens',
  );
  check(typeof credential === 'string' && credential !== '', 'credential must be a name');
  if (isLabel(timeline)) {
    openerOf(timeline);
    return { instance, timeline: [...timeline], credential };
  }
  check(isRecord(timeline), NAMES);
  const { name, path, params } = timeline;
  check(params === undefined || isRecord(params), 'params must be an object of texts');
  forkChannel(timeline);
  return { instance, timeline: { name, path, ...(params && { params }) }, credential };
}

/** The message about a timeline that does not exist. */
const NAMES =
  "timeline must be named as Mastodon names its streams: ['public:local'], ['hashtag', 'rxjs']";

/** Returns the identity of an assignment, as three tokens of a subject: host, timeline, credential. */
export const identityOf = (assignment: Assignment): string => {
  const { instance, credential } = assignment;
  const stream = streamToken(labelOf(assignment), undefined);
  return `${tokenOf(hostOf(instance))}.${stream}.${tokenOf(credential)}`;
};

/** Returns the `stream` of the timeline's events. */
export const labelOf = ({ timeline }: Assignment): readonly string[] =>
  isLabel(timeline) ? timeline : forkChannel(timeline).stream;

/** Returns the account that the timeline is rendered for; `undefined` if all accounts see the same. */
export const accountOf = (assignment: Assignment): string | undefined =>
  PUBLIC.test(labelOf(assignment)[0] ?? '') ? undefined : assignment.credential;

const PUBLIC = /^(public|hashtag)(:|$)/;

/** Returns the Observable of the timeline. */
export const streamOf = <E>(
  timelines: Timelines<E>,
  { timeline }: Assignment,
  config: StreamConfig,
): Observable<StreamEvent<E>> =>
  isLabel(timeline)
    ? openerOf(timeline)(timelines, config, timeline[1] ?? '')
    : timelines.channel({ ...timeline, ...config });

/** Opens a timeline; `of` is the hashtag or the id of the list. */
type Opener = <E>(
  timelines: Timelines<E>,
  config: StreamConfig,
  of: string,
) => Observable<StreamEvent<E>>;

/** Returns the method that a label names. Throws `MastodonIllegalArgumentError` if it names none. */
function openerOf([name = '', of, ...more]: readonly unknown[]): Opener {
  const opener = (of === undefined ? WHOLE : PART).get(name as string);
  const isText = of === undefined || typeof of === 'string';
  check(opener !== undefined && isText && more.length === 0, NAMES);
  return opener;
}

const publicOf =
  (which: PublicConfig): Opener =>
  (timelines, config) =>
    timelines.public({ ...which, ...config });

const WHOLE: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  ['user', (timelines, config) => timelines.user(config)],
  ['user:notification', (timelines, config) => timelines.userNotification(config)],
  ['direct', (timelines, config) => timelines.direct(config)],
  ['public', publicOf({})],
  ['public:media', publicOf({ onlyMedia: true })],
  ['public:local', publicOf({ local: true })],
  ['public:local:media', publicOf({ local: true, onlyMedia: true })],
  ['public:remote', publicOf({ remote: true })],
  ['public:remote:media', publicOf({ remote: true, onlyMedia: true })],
]);

const PART: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  ['hashtag', (timelines, config, tag) => timelines.hashtag(tag, config)],
  ['hashtag:local', (timelines, config, tag) => timelines.hashtag(tag, { local: true, ...config })],
  ['list', (timelines, config, id) => timelines.list(id, config)],
]);

const isLabel = (timeline: Assignment['timeline']): timeline is readonly string[] =>
  Array.isArray(timeline);
