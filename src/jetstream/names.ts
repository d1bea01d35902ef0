/** Lists the default name of everything in NATS JetStream, once. */

/** The default name of the stream of events. */
export const STREAM = 'MASTODON';

/** The default prefix of the subjects of events. */
export const SUBJECT_PREFIX = 'mastodon';

/** The stream of assignments beside a stream of events, and the prefix of its subjects. */
export const assignmentsIn = (stream: string): string => `${stream}_ASSIGNMENTS`;
export const assignmentsUnder = (prefix: string): string => `${prefix}-assignments`;

/** The stream of dead letters beside a stream of events, and the prefix of its subjects. */
export const deadLettersIn = (stream: string): string => `${stream}_DEAD`;
export const deadLettersUnder = (prefix: string): string => `${prefix}-dead`;
