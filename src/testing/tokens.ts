import { DEFAULT_ACCOUNT } from './channels.ts';

/** Options of a token that {@link FakeMastodon.addToken} makes. */
export interface FakeTokenConfig {
  /** @defaultValue `['read']` */
  readonly scopes?: readonly string[];
  /** @defaultValue `'alice'` */
  readonly account?: string;
  /** The token itself, by default a new one. */
  readonly token?: string;
}

export interface Grant {
  readonly token: string;
  readonly account: string;
  readonly scopes: ReadonlySet<string>;
}

export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #uuid: () => string;
  readonly #revoked = new Set<string>();

  /** Every account that a token was ever made for. */
  readonly accounts = new Set<string>([DEFAULT_ACCOUNT]);

  /** @param uuid - returns a unique name for a token. */
  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  add({ scopes = ['read'], account = DEFAULT_ACCOUNT, token }: FakeTokenConfig = {}): string {
    const made = token ?? `fake-${this.#uuid()}`;
    this.#grants.set(made, { token: made, account, scopes: new Set(scopes) });
    this.#revoked.delete(made);
    this.accounts.add(account);
    return made;
  }

  revoke(token: string): void {
    if (this.#grants.delete(token)) this.#revoked.add(token);
  }

  find(token: string): Grant | undefined {
    return this.#grants.get(token);
  }

  wasRevoked(token: string): boolean {
    return this.#revoked.has(token);
  }
}

export const hasScope = (grant: Grant, ...anyOf: readonly string[]): boolean =>
  anyOf.some((scope) => grant.scopes.has(scope));
