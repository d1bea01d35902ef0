/** Every fault, its stages, and its outcome for the subscriber; the spec tests them, and docs/faults.md lists them. */

/** The stage of a stream at which the fault happens. */
export type Stage = 'connecting' | 'before the first event' | 'between events' | 'inside an event';

/** The events that the subscriber receives, after all that were complete before the fault. */
export type Outcome =
  | {
      /** The class of the error; without `reconnect` the stream ends with it. */
      readonly error: string;
      /** A part of its message: the cause. */
      readonly says: string;
      /** Whether `reconnect` retries. */
      readonly retryable: boolean;
    }
  /** The stream continues. */
  | { readonly goesOn: string };

export interface Fault {
  readonly outcome: Outcome;
  /** The stages that are tested; only while connecting if absent. */
  readonly stages?: readonly Stage[];
  /** The time at which the subscriber receives it. */
  readonly when: string;
}

const OPEN: readonly Stage[] = ['before the first event', 'between events', 'inside an event'];

const network = (says: string): Outcome => ({
  error: 'MastodonNetworkError',
  says,
  retryable: true,
});

const refused = (says: string, error = 'MastodonApiError'): Outcome => ({
  error,
  says,
  retryable: false,
});

/** The faults by name, in the order of the page. */
export const FAULTS = {
  'the port refuses the connection': { outcome: network('ECONNREFUSED'), when: 'at once' },
  'the host name does not exist (DNS)': { outcome: network('ENOTFOUND'), when: 'at once' },
  'the TLS handshake stalls': { outcome: network('timed out after'), when: '`connectTimeout`' },
  'the certificate is for another name': {
    outcome: network('ERR_TLS_CERT_ALTNAME_INVALID'),
    when: 'at once',
  },
  'the certificate is self-signed': {
    outcome: network('DEPTH_ZERO_SELF_SIGNED_CERT'),
    when: 'at once',
  },
  'the connection is closed before the headers': {
    outcome: network('UND_ERR_SOCKET'),
    when: 'at once',
  },
  'the connection is reset before the headers': { outcome: network('ECONNRESET'), when: 'at once' },
  'the headers never arrive': { outcome: network('timed out after'), when: '`connectTimeout`' },
  'the headers arrive byte by byte, too late': {
    outcome: network('timed out after'),
    when: '`connectTimeout`',
  },
  'the headers arrive byte by byte, in time': {
    outcome: { goesOn: 'nothing: the stream opens' },
    when: 'with the last byte',
  },
  'the server does not speak HTTP': {
    outcome: network('does not match the HTTP/1.1 protocol'),
    when: 'at once',
  },
  'a header of 20 KB': { outcome: network('UND_ERR_HEADERS_OVERFLOW'), when: 'at once' },
  'informational responses (102, 103), then the stream': {
    outcome: { goesOn: 'nothing: the stream opens' },
    when: 'with the headers',
  },
  'informational responses and nothing more': {
    outcome: network('timed out after'),
    when: '`connectTimeout`',
  },
  'an unexpected response (100, 101)': {
    outcome: network('UND_ERR_SOCKET'),
    when: 'at once',
  },

  'a 200 with HTML': { outcome: refused('text/html'), when: 'with the body, 2 s at most' },
  'a 200 that is compressed (gzip)': {
    outcome: refused('gzip'),
    when: 'with the body, 2 s at most',
  },
  'another 2xx (201, 202, 203, 204, 205, 206)': {
    outcome: refused('rejected the request'),
    when: 'with the body, 2 s at most',
  },
  'a 3xx without a location (300, 301, 302, 303, 304, 307, 308)': {
    outcome: refused('rejected the request'),
    when: 'with the body, 2 s at most',
  },
  'a redirect within the origin (301, 302, 303, 307, 308)': {
    outcome: { goesOn: 'nothing: the stream opens' },
    when: 'with the headers',
  },
  'a redirect from `baseUrl`’s server to https elsewhere': {
    outcome: { goesOn: 'a `warning` (`redirected`)' },
    when: 'with the headers',
  },
  'a redirect from another server to a third one': {
    outcome: refused('if that is right, set streamingUrl'),
    when: 'with the headers',
  },
  'a redirect to plain http': {
    outcome: refused('can be read on the way'),
    when: 'with the headers',
  },
  'a loop of redirects': { outcome: refused('in a loop'), when: 'with the sixth redirect' },

  'another 4xx (400, 402, 403, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431, 451)':
    { outcome: refused('rejected the request'), when: 'with the body, 2 s at most' },
  'a 401': {
    outcome: refused('rejected the access token', 'MastodonUnauthorizedError'),
    when: 'with the body, 2 s at most',
  },
  'a 404': {
    outcome: refused('has nothing at', 'MastodonNotFoundError'),
    when: 'with the body, 2 s at most',
  },
  'a 408 or a 425': {
    outcome: { error: 'MastodonApiError', says: 'rejected the request', retryable: true },
    when: 'with the body, 2 s at most',
  },
  'a 429': {
    outcome: { error: 'MastodonRateLimitError', says: 'rate-limited this client', retryable: true },
    when: 'with the body, 2 s at most',
  },
  'a 429 with `Retry-After`, which `reconnect` obeys': {
    outcome: { error: 'MastodonRateLimitError', says: 'rate-limited this client', retryable: true },
    when: 'with the body, 2 s at most',
  },
  'a 5xx (500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511)': {
    outcome: {
      error: 'MastodonServerError',
      says: 'responded with a server error',
      retryable: true,
    },
    when: 'with the body, 2 s at most',
  },

  'a clean end': {
    stages: OPEN,
    outcome: {
      error: 'MastodonStreamEndedError',
      says: 'The server ended the stream',
      retryable: true,
    },
    when: 'at once',
  },
  'the connection is closed (FIN) without an end': {
    stages: OPEN,
    outcome: network('UND_ERR_SOCKET'),
    when: 'at once',
  },
  'the connection is reset (RST)': {
    stages: OPEN,
    outcome: network('ECONNRESET'),
    when: 'at once',
  },
  'silence: no event, no heartbeat, no byte': {
    stages: OPEN,
    outcome: {
      error: 'MastodonReadTimeoutError',
      says: 'was silent for',
      retryable: true,
    },
    when: '`timeout`',
  },
  'one byte a second': {
    stages: OPEN,
    outcome: { goesOn: 'the event' },
    when: 'with its last byte',
  },
  'bytes that are not UTF-8': {
    stages: OPEN,
    outcome: {
      error: 'MastodonMalformedEventError',
      says: 'is not valid UTF-8',
      retryable: true,
    },
    when: 'at the end of their event',
  },
  'an event without an end': {
    stages: OPEN,
    outcome: {
      error: 'MastodonMalformedEventError',
      says: 'is longer than maxEventLength',
      retryable: true,
    },
    when: 'as soon as it is too long',
  },
  'malformed chunk framing': {
    stages: OPEN,
    outcome: network('does not match the HTTP/1.1 protocol'),
    when: 'at once',
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

/** The statuses that a fault's name lists; empty for a fault without a status. */
export const statusesOf = (name: string): number[] => (name.match(/\b\d{3}\b/g) ?? []).map(Number);

/** The table of docs/faults.md, in Markdown. */
export function faultTable(): string {
  const rows = Object.entries<Fault>(FAULTS).map(([name, { outcome, stages, when }]) => {
    const where = stages === undefined ? 'connecting' : 'open';
    if ('goesOn' in outcome) return [name, where, outcome.goesOn, 'no reconnect', when];
    const after = outcome.retryable
      ? '`disconnected`, then the next connection'
      : 'the error ends the stream, too';
    return [name, where, `\`${outcome.error}\``, after, when];
  });
  const head = ['fault', 'the stream is', 'the subscriber receives', 'with `reconnect`', 'when'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
