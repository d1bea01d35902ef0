/** What a client does by itself: it connects again, and fetches a page of what it has missed. */
export const POLICIES = {
  reconnect: true,
  // Who comes back after a long time sees the present first; the rest is a gap, to be loaded by a button.
  catchUp: { maxItems: 40, prefer: 'newest' },
} as const;
