/** The traits of a version of Mastodon on the wire. */
export interface Traits {
  /** The comment that a stream carries every 15 s. */
  readonly heartbeat: string;
  /** True if an event without a payload is sent, as `data: undefined`. */
  readonly sendsUndefined: boolean;
  readonly errors: 'old' | 'new';
  readonly cors: 'old' | 'new';
}

export function traitsOf(version: string): Traits {
  const upTo = (minor: number): boolean => isUpTo(version, minor);
  return {
    heartbeat: upTo(4) ? ':thump\n' : ':thump\n\n',
    sendsUndefined: upTo(2),
    errors: upTo(3) ? 'old' : 'new',
    cors: upTo(2) ? 'old' : 'new',
  };
}

/** Tells whether `version` is 4.`minor` or older; an unknown version counts as the newest. */
function isUpTo(version: string, minor: number): boolean {
  const found = /^(\d+)\.(\d+)/.exec(version);
  if (!found) return false;
  const major = Number(found[1]);
  return major < 4 || (major === 4 && Number(found[2]) <= minor);
}
