/** Finds the account of a REST request, and checks its scopes. */
import { type Flavour } from './flavour.ts';
import type { Exchange, FakeHeaders } from './exchange.ts';
import { respondJson } from './http.ts';
import { hasScope, type Grant, type Tokens } from './tokens.ts';

interface Need {
  /** The scopes, of which one is needed. */
  readonly scopes: readonly string[];
  /** True if no account is needed. */
  readonly isPublic?: boolean;
}

/** Returns the token's grant, undefined if none is needed, or `'refused'` after it has sent a refusal. */
export function authorize(
  { tokens, flavour }: { readonly tokens: Tokens; readonly flavour: Flavour },
  exchange: Exchange,
  { scopes, isPublic = false }: Need,
): Grant | 'refused' | undefined {
  const token = tokenOf(exchange);
  const grant = token === undefined ? undefined : tokens.find(token);
  if (!grant) {
    const wasRevoked = token !== undefined && tokens.wasRevoked(token);
    if (isPublic && !wasRevoked) return undefined;
    const words = `The access token ${wasRevoked ? 'was revoked' : 'is invalid'}`;
    const error = flavour.unauthorized ?? words;
    respondJson(exchange, 401, { error }, challengeOf('invalid_token', error));
    return 'refused';
  }
  if (!hasScope(grant, ...scopes)) {
    const error = flavour.forbidden ?? 'This action is outside the authorized scopes';
    const scope = scopes.join(' ');
    respondJson(exchange, 403, { error }, challengeOf('insufficient_scope', error, scope));
    return 'refused';
  }
  return grant;
}

function tokenOf({ request, query }: Exchange): string | undefined {
  const bearer = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  const asked = query['access_token'];
  return bearer ?? (typeof asked === 'string' ? asked : undefined);
}

function challengeOf(error: string, words: string, scope?: string): FakeHeaders {
  const parts = [
    'Bearer realm="Doorkeeper"',
    `error="${error}"`,
    `error_description="${words}"`,
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  return { 'WWW-Authenticate': parts.join(', ') };
}
