/** Reads the newest stored events of a timeline from JetStream: the instance has the events after them. */
import type { JetStreamClient } from '@nats-io/jetstream';
import { compareIds } from '../model/compareIds.ts';
import { eventIdentity } from '../model/eventIdentity.ts';
import type { BaseEvent, Cursor } from '../model/events.ts';
import { EVENT_TYPES, positionOf, type Kind } from '../policies/catchUp/eventPosition.ts';
import { jetStreamError } from './errors.ts';
import { readMessages } from './message.ts';
import { tokenOf } from './subjects.ts';

/** The newest events of a timeline that JetStream has. */
export interface Resumption {
  /** The ids after which to request items from the instance; empty if JetStream has no events. */
  readonly cursor: Cursor;
  /** The identities of the events from `cursor` on that JetStream has. */
  readonly stored: Set<string>;
}

/**
 * The time before the newest event whose items are requested from the instance again, in ms. Many events are in
 * flight at once, and one that is lost with a connection is published again only when its request times out, after
 * 5 s: an ingester that dies before that leaves a gap below the newest event.
 */
const OVERLAP = 15_000;

/** The number of events above which the overlap is shortened: what follows them must be within `maxItems` of a catch-up. */
const MAX_OVERLAP = 2_000;

/**
 * Reads the position of a timeline in JetStream.
 *
 * @param above - The timeline's subject, without the event's type.
 * @throws {@link MastodonJetStreamError} as a rejection.
 */
export async function resumptionOf(
  js: JetStreamClient,
  stream: string,
  above: string,
): Promise<Resumption> {
  const oldest = new Map<Kind, string>();
  const stored = new Set<string>();
  const note = (event: BaseEvent<string, unknown>): void => {
    const identity = eventIdentity(event);
    if (identity !== undefined) stored.add(identity);
    const position = positionOf(event);
    if (!position) return;
    const { kind, id } = position;
    const older = oldest.get(kind);
    if (older === undefined || compareIds(id, older) < 0) oldest.set(kind, id);
  };
  try {
    const { streams } = await js.jetstreamManager(false);
    const readNewest = async (subject: string): Promise<void> => {
      const last = await streams.getMessage(stream, { last_by_subj: subject });
      if (last) await readOverlap(js, stream, subject, last.time.getTime(), note);
    };
    const subjects = Object.values(EVENT_TYPES).map((type) => `${above}.${tokenOf(type)}`);
    await Promise.all(subjects.map(readNewest));
    return { cursor: Object.fromEntries(oldest), stored };
  } catch (error) {
    throw jetStreamError('JetStream did not say how far it has got with a timeline', error);
  }
}

/** Reads the newest events of a subject: those of the `overlap` ms before `newest`, or of a shorter time if they are many. */
async function readOverlap(
  js: JetStreamClient,
  stream: string,
  subject: string,
  newest: number,
  note: (event: BaseEvent<string, unknown>) => void,
  overlap = OVERLAP,
): Promise<void> {
  const read = readMessages(undefined);
  const consumer = await js.consumers.get(stream, {
    filter_subjects: subject,
    opt_start_time: new Date(newest - overlap).toISOString(),
  });
  try {
    const { num_pending: count } = await consumer.info(true);
    if (count > MAX_OVERLAP && overlap > 1) {
      const shorter = (overlap * MAX_OVERLAP) / count / 2;
      await readOverlap(js, stream, subject, newest, note, shorter);
    } else if (count > 0) {
      const messages = await consumer.fetch({ max_messages: count, expires: 5_000 });
      for await (const message of messages) note(read(message).event);
    }
  } finally {
    await consumer.delete();
  }
}
