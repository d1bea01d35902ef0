/**
 * A name that the server chose, as it fits into a message: what is longer than any event's name does not
 * belong there, neither a megabyte nor the token, should a server repeat it.
 */
export const truncateName = (name: string): string =>
  name.length > 32 ? `${name.slice(0, 16)}…` : name;
