/**
 * Finds the subscriptions that a message is for, by the label that the server gave it. Mastodon labels with
 * the stream's name and its parameter; other servers have labels of their own, or none.
 */
import { keyOf } from '../subscriptionKey.ts';
import type { Entry, SubscriptionTable } from './subscriptionTable.ts';

/** A message's label; undefined if it has none. */
export type Label = readonly string[] | undefined;

/**
 * Returns the subscription that a label names; undefined if there is none, or if it is ambiguous.
 *
 * - `["list", "42"]`, `["public:local"]`: the stream's name and its parameter (Mastodon).
 * - `["list:42"]`, `["hashtag:cats"]`: both in one (GoToSocial, Akkoma).
 * - `["user:9xUs0"]`, `["direct:9xUs0"]`: the name and the account's id (Akkoma).
 * - `["public:remote", "example.com"]`: the name and a parameter that was not requested (Pleroma).
 * - `["antenna"]` of a fork: the name without its parameters.
 * - none: the only subscription.
 */
export function entryOf(
  label: Label,
  table: Pick<SubscriptionTable, 'get' | 'entries'>,
): Entry | undefined {
  if (label === undefined) return only(table.entries);
  return table.get(keyOf(label)) ?? entryOfForeign(label, table);
}

function entryOfForeign(
  [name = '', ...others]: readonly string[],
  table: Pick<SubscriptionTable, 'get' | 'entries'>,
): Entry | undefined {
  return others.length > 0 ? table.get(name) : (topicOf(name, table) ?? nameOf(name, table));
}

/**
 * Finds the subscription of a topic like `list:42` or `user:9xUs0`: the last colon, or an earlier one, ends the
 * name.
 */
function topicOf(topic: string, table: Pick<SubscriptionTable, 'get'>): Entry | undefined {
  for (let colon = topic.lastIndexOf(':'); colon > 0; colon = topic.lastIndexOf(':', colon - 1)) {
    const name = topic.slice(0, colon);
    const parameter = topic.slice(colon + 1);
    const entry = table.get(keyOf([name, parameter]));
    if (entry !== undefined) return entry;
    if (ACCOUNT_STREAMS.has(name) && !ACCOUNT_STREAMS.has(topic)) return table.get(name);
  }
  return undefined;
}

const nameOf = (name: string, { entries }: Pick<SubscriptionTable, 'entries'>): Entry | undefined =>
  only(entries.filter(({ params }) => params.stream === name));

/** Returns the stream that a label names, with its parameter, if it has one. */
export function streamOf([name = '', ...parameters]: readonly string[]): readonly string[] {
  const [, stream, parameter] = /^(list|hashtag|hashtag:local):(.+)$/s.exec(name) ?? [];
  return stream === undefined || parameter === undefined || parameter === 'local'
    ? [name, ...parameters]
    : [stream, parameter];
}

/** The streams that each account has one of. */
const ACCOUNT_STREAMS: ReadonlySet<string> = new Set(['user', 'user:notification', 'direct']);

function only([first, ...others]: readonly Entry[]): Entry | undefined {
  return others.length === 0 ? first : undefined;
}

/**
 * Returns whether a `delete` stands for all streams that could have shown the post. Mastodon sends one for
 * each stream, labelled with it, of an id in digits. GoToSocial sends one for each socket, labelled with the
 * first stream that fits; Pleroma and Akkoma label none.
 */
export const isForAllStreams = (label: Label, id: string, isMastodon: boolean): boolean =>
  label === undefined || !(isMastodon || /^\d+$/.test(id));

/** Returns whether a stream could have shown the post that a `delete` with this label is of. */
export function couldHaveShown(label: Label, { params: { stream } }: Entry): boolean {
  if (stream === 'user:notification') return false;
  const [name = ''] = label ?? [];
  if (/^direct(:|$)/.test(name)) return !/^(public|hashtag)(:|$)/.test(stream);
  return stream !== 'direct' || !/^(public|hashtag)(:|$)/.test(name);
}
