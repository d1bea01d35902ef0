/** The policies of a client: it connects again, and fetches a page of what it has missed. */
export const POLICIES = {
  reconnect: true,
  // After a long time away the present is shown first; the rest is a gap, to be loaded by a button.
  catchUp: { maxItems: 40, prefer: 'newest' },
} as const;
