/** Writes and reads subjects: instances, streams and events as tokens. */
import { check } from '../config/check.ts';
import { SUBJECT_PREFIX } from './names.ts';

/** The parts of a subject. */
export interface EventSubject {
  /** The instance's host, with its port unless that is the default: `mastodon.social`. */
  readonly host: string;
  /** As Mastodon names it: `['user']`, `['hashtag', 'rxjs']`. */
  readonly stream: readonly string[];
  /** The account whose stream it is; `undefined` if all accounts see the same. */
  readonly account?: string | undefined;
  /** The event's own name: `status.update`. */
  readonly type: string;
}

/** Selects events; a missing part matches anything. */
export interface EventFilter extends Partial<Omit<EventSubject, 'host'>> {
  /**
   * The subject's first tokens.
   * @defaultValue `'mastodon'`
   */
  readonly subjectPrefix?: string | undefined;
  /** The instance: its host, or its URL. */
  readonly instance?: string | URL | undefined;
}

/**
 * Returns the subject of the selected events, for `filterSubject`: `mastodon.HOST.STREAM.TYPE`, with `*` for
 * missing parts.
 *
 * ```ts
 * subjectOf({ type: 'update' }); // 'mastodon.*.*.update'
 * subjectOf({ instance: 'https://mastodon.social', stream: ['hashtag', 'rxjs'] });
 * // 'mastodon.mastodon%2Esocial.hashtag,rxjs.*'
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if `subjectPrefix` or `instance` is invalid.
 */
export function subjectOf(filter: EventFilter = {}): string {
  const { subjectPrefix = SUBJECT_PREFIX, instance, stream, account, type } = filter;
  checkSubject('subjectPrefix', subjectPrefix);
  return [
    subjectPrefix,
    instance === undefined ? '*' : tokenOf(hostOf(instance)),
    stream === undefined ? '*' : streamToken(stream, account),
    type === undefined ? '*' : tokenOf(type),
  ].join('.');
}

/** Writes a stream as a token: its parts, separated by commas, and its account. */
export function streamToken(stream: readonly string[], account: string | undefined): string {
  const parts = stream.map((part) => tokenOf(part)).join(',');
  return account === undefined ? parts : `${parts}@${tokenOf(account)}`;
}

/**
 * Writes any text as one token: letters, digits, `-_:!~'()` stay, the rest is percent-encoded, so that no
 * tag, list or event name ends its token, or matches more than itself.
 */
export function tokenOf(text: string): string {
  return encodeURIComponent(wellFormed(text))
    .replaceAll('.', '%2E')
    .replaceAll('*', '%2A')
    .replaceAll('%3A', ':');
}

/** Reads what {@link subjectOf} wrote; `undefined` for any other subject. */
export function parseSubject(text: string): EventSubject | undefined {
  const [type, label, host] = text.split('.').reverse();
  if (type === undefined || label === undefined || host === undefined) return undefined;
  const [stream = '', account] = label.split('@');
  try {
    return {
      host: decodeURIComponent(host),
      stream: stream.split(',').map((part) => decodeURIComponent(part)),
      account: account === undefined ? undefined : decodeURIComponent(account),
      type: decodeURIComponent(type),
    };
  } catch {
    return undefined;
  }
}

/** Returns the prefix of a subject that {@link subjectOf} wrote: everything before its last three tokens. */
export const prefixOf = (subject: string): string => subject.split('.').slice(0, -3).join('.');

/** Returns the host of an instance, which may be a URL. */
export function hostOf(server: string | URL): string {
  const text = String(server);
  const url = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  check(text !== '' && URL.canParse(url), "instance must be a host or a URL: 'mastodon.social'");
  return new URL(url).host;
}

/** Checks a prefix, which is not escaped: it may have several tokens. */
export function checkSubject(name: string, subject: unknown): void {
  check(
    typeof subject === 'string' && /^[\w-]+(\.[\w-]+)*$/.test(subject),
    `${name} must be tokens of letters, digits, - and _ with dots between them: 'mastodon'`,
  );
}

/** Replaces lone surrogates, which cannot be encoded and may be in an event's name. */
const wellFormed = (text: string): string =>
  /\p{Surrogate}/u.test(text) ? Buffer.from(text).toString() : text;
