/** Finds the subscription that a message is for, by the label that the server gave it. */
import { keyOf } from '../subscriptionKey.ts';
import type { Entry, SubscriptionTable } from './subscriptionTable.ts';

/**
 * Returns the subscription that a label is of; undefined if there is none, or no telling which.
 *
 * @param label - undefined if the message bears none, as on servers that know one stream per socket.
 */
export function entryOf(
  label: readonly string[] | undefined,
  table: Pick<SubscriptionTable, 'get' | 'entries'>,
): Entry | undefined {
  if (label === undefined) return only(table.entries);
  return (
    table.get(keyOf(label)) ??
    // A fork's stream is labelled by its name, whatever its parameters.
    (label.length > 1
      ? undefined
      : only(table.entries.filter(({ params }) => params.stream === label[0])))
  );
}

function only([first, ...others]: readonly Entry[]): Entry | undefined {
  return others.length === 0 ? first : undefined;
}
