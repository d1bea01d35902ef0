/** Where the engine's events of a timeline end: from there on they are to be had from the server. */
import type { Consumer, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { cursorOf } from '../model/cursorOf.ts';
import type { Cursor } from '../model/events.ts';
import type { BaseEvent } from '../model/events.ts';
import { compareIds } from '../model/compareIds.ts';
import { jetStreamError } from './errors.ts';
import { ownKey } from './eventKey.ts';
import { readMessages } from './message.ts';
import { tokenOf } from './subjects.ts';

/** What the engine has of a timeline's newest events. */
export interface Resumption {
  /** From where on the server is to be asked; empty where the engine has nothing. */
  readonly cursor: Cursor;
  /** The keys of events above the cursor that the engine has already. */
  readonly known: Set<string>;
}

/** By what each kind of a cursor moves. */
const TYPES = {
  status: 'update',
  notification: 'notification',
  conversation: 'conversation',
} as const;

/**
 * How far back from the newest event the server is asked again, in ms. Many events are on their way at once,
 * and one that got lost with a connection is sent again when its request times out, after 5 s: an ingester
 * that dies before that leaves a gap below the newest.
 */
const OVERLAP = 15_000;

/** How many events of that time are looked at, of each kind; where there are more, it is a shorter time. */
const MAX_OVERLAP = 2_000;

/**
 * Reads from the engine how far it has got with a timeline.
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
    const parts = await Promise.all(
      Object.values(TYPES).map((type) => newest(js, manager, stream, `${above}.${tokenOf(type)}`)),
    );
    return {
      cursor: Object.assign({}, ...parts.map(({ cursor }) => cursor)) as Cursor,
      known: new Set(parts.flatMap(({ known }) => [...known])),
    };
  } catch (error) {
    throw jetStreamError('The engine did not say how far it has got with a timeline', error);
  }
}

/** Of one kind: its oldest id within the overlap, and all that is there from then on. */
async function newest(
  js: JetStreamClient,
  { streams }: JetStreamManager,
  stream: string,
  subject: string,
): Promise<Resumption> {
  const last = await streams.getMessage(stream, { last_by_subj: subject });
  const known = new Set<string>();
  let cursor: Cursor = {};
  if (!last) return { cursor, known };

  for (const event of await eventsSince(js, stream, subject, last.time.getTime(), OVERLAP)) {
    const key = ownKey(event);
    if (key !== undefined) known.add(key);
    cursor = older(cursor, cursorOf(event) ?? {});
  }
  return { cursor, known };
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

/** The older one of each kind. */
function older(a: Cursor, b: Cursor): Cursor {
  const moved = new Map(Object.entries(a) as [string, string][]);
  for (const [kind, id] of Object.entries(b) as [string, string][]) {
    const known = moved.get(kind);
    if (known === undefined || compareIds(id, known) < 0) moved.set(kind, id);
  }
  return Object.fromEntries(moved);
}
