/** Opens the server that MASTODON_URL names. */
import {
  createTimelines,
  type MastodonApiError,
  MastodonIllegalArgumentError,
  MastodonNotFoundError,
  MastodonUnauthorizedError,
  type Timelines,
} from '../index.ts';
import type { Command } from './args.ts';
import type { Source } from './source.ts';
import { streamOf, type Timeline } from './timeline.ts';
import { UsageError } from './usageError.ts';

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The server, and the account. */
export interface ServerConfig {
  readonly url: string;
  readonly token: string | undefined;
}

/** Reads the server from the environment; undefined if MASTODON_URL is not set. Throws `UsageError`. */
export function readServer(env: Environment): ServerConfig | undefined {
  const url = env['MASTODON_URL']?.trim() ?? '';
  const token = env['MASTODON_TOKEN']?.trim() ?? '';
  if (url === '' && token === '') return undefined;
  if (url === '') {
    throw new UsageError(
      'MASTODON_TOKEN is set and MASTODON_URL is not: set both for a real server, or neither for the demo.',
    );
  }
  return { url, token: token === '' ? undefined : token };
}

/** Makes the client, and opens nothing yet; throws `UsageError` if the variables are wrong. */
export function openServer(server: ServerConfig, command: Command, env: Environment): Source {
  const { reconnect, timeline, transport, last } = command;
  return {
    events$: streamOf(timelinesOf(server, env), timeline, {
      reconnect,
      transport,
      backfill: last ?? 0,
      onMalformed: 'emit',
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function timelinesOf({ url, token }: ServerConfig, env: Environment): Timelines {
  try {
    return createTimelines({
      baseUrl: url,
      accessToken: token,
      ...(PROXIES.some((name) => env[name]) ? { dispatcher: 'env' } : {}),
    });
  } catch (error) {
    if (!(error instanceof MastodonIllegalArgumentError)) throw error;
    // The library's messages, with the names of the environment's variables.
    const sentence = error.message
      .replaceAll('baseUrl', 'MASTODON_URL')
      .replaceAll('accessToken', 'MASTODON_TOKEN')
      .replace(' (or return)', '')
      .replace(': use https, or set allowInsecure', ': use https');
    throw new UsageError(`${sentence}.`);
  }
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** Returns a sentence that says what to do about a server's error; undefined if there is nothing to add. */
export function adviceOf(
  error: MastodonApiError,
  { url, token }: ServerConfig,
  timeline: Timeline,
): string | undefined {
  const { host } = new URL(url);
  const words = error.serverMessage ?? '';
  if (error.message.includes(OTHER_TRANSPORT)) {
    return `${error.message.replace(OTHER_TRANSPORT, '--transport websocket')}.`;
  }
  if (timeline.kind === 'list' && isAboutList(error)) {
    return `${host} has no list ${JSON.stringify(timeline.id)} of this account: the id is the number at the end of the list's address on the web.`;
  }
  if (error instanceof MastodonUnauthorizedError) {
    if (token === undefined) {
      return `${host} requires a token for this timeline: set MASTODON_TOKEN (${HOW}).`;
    }
    return /scope/i.test(words)
      ? `The token in MASTODON_TOKEN may not read this timeline on ${host}: make a new one (${HOW}).`
      : `${host} refused the token in MASTODON_TOKEN (${words || 'no reason given'}): make a new one (${HOW}).`;
  }
  if (error instanceof MastodonNotFoundError || error.status === 200) {
    return `${error.message.replace(/[.?]$/, '')}: look at MASTODON_URL again.`;
  }
  return undefined;
}

/** The library's name for the option that helps on a server without SSE. */
const OTHER_TRANSPORT = "transport: 'websocket'";

const HOW = 'on the web: Preferences, Development, New application, with the scope read';

/** Tells whether a list was refused: `Not authorized to stream this list`; up to Mastodon 4.3 a 404. */
const isAboutList = (error: MastodonApiError): boolean =>
  error instanceof MastodonNotFoundError || /\blist\b/i.test(error.serverMessage ?? '');
