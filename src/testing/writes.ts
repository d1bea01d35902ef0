/** Handles the writes of bots over REST: posts and follows. */
import { type Flavour } from './flavour.ts';
import { type Archive } from './archive.ts';
import { authorize } from './authorize.ts';
import { fakeAccount } from './entities.ts';
import type { Exchange } from './exchange.ts';
import { respondJson } from './http.ts';
import { type Grant, type Tokens } from './tokens.ts';

interface WriteConfig {
  readonly archive: Archive;
  readonly tokens: Tokens;
  readonly flavour: Flavour;
}

type Fields = Readonly<Record<string, unknown>>;

const FOLLOW = /^\/api\/v1\/accounts\/(\d+)\/follow$/;

/** Responds to a POST when its body is complete. */
export function respondWrite(config: WriteConfig, exchange: Exchange): void {
  const { path } = exchange;
  const followed = FOLLOW.exec(path)?.[1];
  if (path !== '/api/v1/statuses' && followed === undefined) {
    respondJson(exchange, 404, { error: 'Not Found' });
    return;
  }
  const scopes =
    followed === undefined ? ['write', 'write:statuses'] : ['write', 'write:follows', 'follow'];
  const grant = authorize(config, exchange, { scopes });
  if (grant === 'refused' || grant === undefined) return;

  exchange.request.readBody((body) => {
    if (exchange.response.isClosed) return;
    const fields = fieldsOf(exchange, body);
    if (!fields) respondJson(exchange, 400, { error: 'Bad Request' });
    else if (followed === undefined) respondPost(config, exchange, grant, fields);
    else respondJson(exchange, 200, relationshipWith(followed, fields));
  });
}

/** Parses a form or JSON; undefined if the body is neither. */
function fieldsOf({ request }: Exchange, body: string): Fields | undefined {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    const fields: unknown = JSON.parse(body);
    return typeof fields === 'object' && fields !== null ? (fields as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Creates a post. A request with a repeated `Idempotency-Key` gets the first request's post.
 * @see https://docs.joinmastodon.org/methods/statuses/#create
 */
function respondPost({ archive }: WriteConfig, exchange: Exchange, grant: Grant, fields: Fields) {
  const text = textOf(fields, 'status');
  if (text === undefined || text.trim() === '') {
    respondJson(exchange, 422, { error: "Validation failed: Text can't be blank" });
    return;
  }
  const key = exchange.request.headers['idempotency-key'];
  const repliedTo = textOf(fields, 'in_reply_to_id');
  const status = archive.once(key === undefined ? undefined : `${grant.account} ${String(key)}`, {
    content: `<p>${escaped(text)}</p>`,
    account: fakeAccount({ username: grant.account, acct: grant.account }),
    visibility: textOf(fields, 'visibility') ?? 'public',
    spoiler_text: textOf(fields, 'spoiler_text') ?? '',
    language: textOf(fields, 'language') ?? 'en',
    in_reply_to_id: repliedTo ?? null,
    in_reply_to_account_id: archive.statuses.find(({ id }) => id === repliedTo)?.account.id ?? null,
  });
  respondJson(exchange, 200, status);
}

/** @see https://docs.joinmastodon.org/entities/Relationship/ */
const relationshipWith = (id: string, { reblogs, notify }: Fields): object => ({
  id,
  following: true,
  showing_reblogs: isOn(reblogs ?? true),
  notifying: isOn(notify),
  languages: null,
  followed_by: false,
  blocking: false,
  blocked_by: false,
  muting: false,
  muting_notifications: false,
  requested: false,
  requested_by: false,
  domain_blocking: false,
  endorsed: false,
  note: '',
});

const isOn = (value: unknown): boolean => value === true || value === 'true';

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
