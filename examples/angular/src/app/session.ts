import { computed, Injectable, signal } from '@angular/core';

/** A server and an access token. */
export interface Account {
  readonly server: string;
  readonly token: string;
}

/** The account that is signed in. It is kept in memory only, until the tab is closed. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #current = signal<Account | 'demo' | undefined>(undefined);

  readonly mode = computed(() => {
    const current = this.#current();
    return typeof current === 'object' ? 'account' : current;
  });

  readonly account = computed(() => {
    const current = this.#current();
    return typeof current === 'object' ? current : undefined;
  });

  begin(account: Account | 'demo'): void {
    this.#current.set(account);
  }

  end(): void {
    this.#current.set(undefined);
  }
}
