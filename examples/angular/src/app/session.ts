import { Injectable, signal } from '@angular/core';

/** Where, and as whom. */
export interface Account {
  readonly server: string;
  readonly token: string;
}

/** The account that is signed in. It is gone when the tab is closed, and in no storage. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #account = signal<Account | undefined>(undefined);
  readonly account = this.#account.asReadonly();

  begin(account: Account): void {
    this.#account.set(account);
  }

  end(): void {
    this.#account.set(undefined);
  }
}
