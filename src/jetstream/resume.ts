/** Reads from JetStream where the stored events of a timeline end: the instance has what comes after. */
import type { Consumer, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { compareIds } from '../model/compareIds.ts';
import { eventIdentity } from '../model/eventIdentity.ts';
import type { BaseEvent, Cursor } from '../model/events.ts';
import { EVENT_TYPES, positionOf, type Kind } from '../policies/catchUp/eventPosition.ts';
import { jetStreamError } from './errors.ts';
import { readMessages } from './message.ts';
import { tokenOf } from './subjects.ts';

/** The newest events of a timeline that JetStream has. */
export interface Resumption {
  /** The ids after which the instance is asked for more; empty if JetStream has no events. */
  readonly cursor: Cursor;
  /** The identities of the events from `cursor` on that JetStream has. */
  readonly stored: Set<string>;
}

/**
 * The time before the newest event for which the instance is asked again, in ms. Many events are on their way
 * at once, and one that is lost with a connection is sent again when its request times out, after 5 s: an
 * ingester that dies before that leaves a gap below the newest.
 */
const OVERLAP = 15_000;

/** The largest number of events of that time to read, of each kind; if there are more, the time is shorter. */
const MAX_OVERLAP = 2_000;

/**
 * Reads how far JetStream has got with a timeline.
 *
 * @param above - The timeline's subject, without the event's type.
 * @throws {@link MastodonJetStreamError} as a rejection.
 */
export async function resumptionOf(
  js: JetStreamClient,
  stream: string,
  above: string,
): Promise<Resumption> {
  try {
    const manager = await js.jetstreamManager(false);
    const subjects = Object.values(EVENT_TYPES).map((type) => `${above}.${tokenOf(type)}`);
    const events = await Promise.all(
      subjects.map((subject) => newestOf(js, manager, stream, subject)),
    );
    return resumptionFrom(events.flat());
  } catch (error) {
    throw jetStreamError('JetStream did not say how far it has got with a timeline', error);
  }
}

/** The oldest id of each kind, and what is there. */
function resumptionFrom(events: readonly BaseEvent<string, unknown>[]): Resumption {
  const oldest = new Map<Kind, string>();
  const stored = new Set<string>();
  for (const event of events) {
    const identity = eventIdentity(event);
    if (identity !== undefined) stored.add(identity);
    const position = positionOf(event);
    if (!position) continue;
    const { kind, id } = position;
    const older = oldest.get(kind);
    if (older === undefined || compareIds(id, older) < 0) oldest.set(kind, id);
  }
  return { cursor: Object.fromEntries(oldest), stored };
}

/** The events of a subject within the overlap. */
async function newestOf(
  js: JetStreamClient,
  { streams }: JetStreamManager,
  stream: string,
  subject: string,
): Promise<BaseEvent<string, unknown>[]> {
  const last = await streams.getMessage(stream, { last_by_subj: subject });
  return last ? eventsSince(js, stream, subject, last.time.getTime(), OVERLAP) : [];
}

async function eventsSince(
  js: JetStreamClient,
  stream: string,
  subject: string,
  newest: number,
  overlap: number,
): Promise<BaseEvent<string, unknown>[]> {
  const consumer = await js.consumers.get(stream, {
    filter_subjects: subject,
    opt_start_time: new Date(newest - overlap).toISOString(),
  });
  try {
    const { num_pending: count } = await consumer.info(true);
    if (count > MAX_OVERLAP && overlap > 1) {
      return await eventsSince(js, stream, subject, newest, (overlap * MAX_OVERLAP) / count / 2);
    }
    return count === 0 ? [] : await eventsOf(consumer, count);
  } finally {
    await consumer.delete();
  }
}

async function eventsOf(consumer: Consumer, count: number): Promise<BaseEvent<string, unknown>[]> {
  const read = readMessages(undefined);
  const events: BaseEvent<string, unknown>[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
    events.push(read(message).event);
  }
  return events;
}
