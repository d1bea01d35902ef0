import { computed, Injectable, signal } from '@angular/core';

/** Where, and as whom. */
export interface Account {
  readonly server: string;
  readonly token: string;
}

/** The account that is signed in. It is gone when the tab is closed, and in no storage. */
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
