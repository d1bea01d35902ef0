import { DEFAULT_ACCOUNT } from './channels.ts';

export interface List {
  readonly id: string;
  readonly account: string;
  /** The `acct` of each author in it; `undefined` for every account. */
  readonly members: readonly string[] | undefined;
}

export class Lists {
  readonly #lists = new Map<string, List>();

  add(id: string, account: string = DEFAULT_ACCOUNT, members?: readonly string[]): void {
    this.#lists.set(numeral(id) ?? id, { id, account, members });
  }

  /** Returns the list of `account` with this id. Ids are numbers in the database: `042` is `42`. */
  find(id: string | string[] | undefined, account: string): List | undefined {
    const list = typeof id === 'string' ? this.#lists.get(numeral(id) ?? id) : undefined;
    return list?.account === account ? list : undefined;
  }

  withAuthor(acct: string): List[] {
    return [...this.#lists.values()].filter(({ members }) => members?.includes(acct) ?? true);
  }
}

const numeral = (id: string): string | undefined =>
  /^\d+$/.test(id) ? BigInt(id).toString() : undefined;
