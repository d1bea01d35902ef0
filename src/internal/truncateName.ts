/**
 * Shortens a name that the server sent, for an error message: a text that is longer than any event's name may be a
 * megabyte, or contain the token.
 */
export const truncateName = (name: string): string =>
  name.length > 32 ? `${name.slice(0, 16)}…` : name;
