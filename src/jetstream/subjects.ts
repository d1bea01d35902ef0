/** Where an event is in the engine: names of servers, streams and events as tokens of NATS subjects. */
import { check } from '../config/check.ts';
import { SUBJECT_PREFIX } from './names.ts';

/** What a subject is made of, and what can be read from it again. */
export interface EventPlace {
  /** The server's host, with its port where that is not the usual one: `mastodon.social`. */
  readonly host: string;
  /** As Mastodon names it: `['user']`, `['hashtag', 'rxjs']`. */
  readonly stream: readonly string[];
  /** Whose stream it is; undefined where everybody sees the same. */
  readonly account?: string | undefined;
  /** The event's own name: `status.update`. */
  readonly type: string;
}

/** Which events; what is left out may be anything. */
export interface EventFilter extends Partial<Omit<EventPlace, 'host'>> {
  /**
   * The subject's first tokens.
   * @defaultValue `'mastodon'`
   */
  readonly subjectPrefix?: string | undefined;
  /** The server: its host, or its URL. */
  readonly instance?: string | URL | undefined;
}

/**
 * The subject of the events that fit, for a consumer's `filter`: `mastodon.HOST.STREAM.TYPE`, with `*` for
 * what was left out.
 *
 * ```ts
 * subjectOf({ type: 'update' }); // 'mastodon.*.*.update'
 * subjectOf({ instance: 'https://mastodon.social', stream: ['hashtag', 'rxjs'] });
 * // 'mastodon.mastodon%2Esocial.hashtag,rxjs.*'
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where `subject` is none, or `instance` is no server.
 */
export function subjectOf(filter: EventFilter = {}): string {
  const {
    subjectPrefix: subject = SUBJECT_PREFIX,
    instance: server,
    stream,
    account,
    type,
  } = filter;
  checkSubject('subjectPrefix', subject);
  return [
    subject,
    server === undefined ? '*' : tokenOf(hostOf(server)),
    stream === undefined ? '*' : streamToken(stream, account),
    type === undefined ? '*' : tokenOf(type),
  ].join('.');
}

/** A stream's token: its parts between commas, and whose it is. */
export function streamToken(stream: readonly string[], account: string | undefined): string {
  const parts = stream.map((part) => tokenOf(part)).join(',');
  return account === undefined ? parts : `${parts}@${tokenOf(account)}`;
}

/**
 * Any text as one token: letters, digits, `-_:!~'()` stay, the rest is percent-encoded, so that neither a
 * tag, a list nor an event's name can end its token, or match more than itself.
 */
export function tokenOf(text: string): string {
  return encodeURIComponent(wellFormed(text))
    .replaceAll('.', '%2E')
    .replaceAll('*', '%2A')
    .replaceAll('%3A', ':');
}

/** Reads what {@link subjectOf} wrote; undefined where the subject is none of ours. */
export function placeOf(text: string): EventPlace | undefined {
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

/** The prefix of a subject that {@link subjectOf} wrote: what stands before its last three tokens. */
export const prefixOf = (subject: string): string => subject.split('.').slice(0, -3).join('.');

/** The host of a server that is given as such, or as a URL. */
export function hostOf(server: string | URL): string {
  const text = String(server);
  const url = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  check(text !== '' && URL.canParse(url), "instance must be a host or a URL: 'mastodon.social'");
  return new URL(url).host;
}

/** Subjects of one's own choice are not escaped: they may have several tokens. */
export function checkSubject(name: string, subject: unknown): void {
  check(
    typeof subject === 'string' && /^[\w-]+(\.[\w-]+)*$/.test(subject),
    `${name} must be tokens of letters, digits, - and _ with dots between them: 'mastodon'`,
  );
}

/** Half a surrogate pair is no text; an event's name may hold one all the same. */
const wellFormed = (text: string): string =>
  /\p{Surrogate}/u.test(text) ? Buffer.from(text).toString() : text;
