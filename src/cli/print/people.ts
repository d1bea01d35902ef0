/** Writes the name and the address of an account. */
import type { ServerPayloads } from '../../index.ts';
import { oneLine, truncateName } from '../text.ts';
import type { Paint } from './layout.ts';

export type Account = ServerPayloads['update']['account'];

function nameOf({ display_name: displayName, username }: Account): string {
  const name = oneLine(displayName);
  return truncateName(name === '' ? oneLine(username) : name, 40);
}

/** Returns the name and the address of an account. */
export const whoOf = (account: Account, paint: Paint): string => {
  const name = `${paint('bold', nameOf(account))} ${paint('cyan', `@${truncateName(oneLine(account.acct), 80)}`)}`;
  return account.bot === true ? `${name} ${paint('dim', '[bot]')}` : name;
};
