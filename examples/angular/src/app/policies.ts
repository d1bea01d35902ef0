/** The policies of a client: it reconnects, and fetches a page of the missed posts. */
export const POLICIES = {
  reconnect: true,
  // After a long absence the newest posts come first; the rest is a gap, which a button loads.
  catchUp: { maxItems: 40, prefer: 'newest' },
} as const;
