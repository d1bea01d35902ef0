/** Checks the entities of events by the guards that are generated from their codecs, and mends what can be mended. */
import type { StreamEvent, UnknownPayload } from '../model/events.ts';
import { mend } from './guards/mend.ts';
import {
  validationProblems,
  guardStackOverflow,
  type Guard,
  type ShapeName,
} from './guards/shape.ts';
import {
  isAnnouncement,
  isAnnouncementReaction,
  isConversation,
  isNotification,
  isStatus,
} from '#guards';

/** A payload without the parts that did not fit. */
export class Mended {
  readonly value: unknown;
  readonly problems: readonly string[];

  constructor(value: unknown, problems: readonly string[]) {
    this.value = value;
    this.problems = problems;
  }
}

/** A payload that its codec does not accept. */
export class InvalidPayload implements Omit<UnknownPayload, 'name'> {
  readonly data: unknown;
  readonly problems: readonly string[];

  constructor(data: unknown, problems: readonly string[]) {
    this.data = data;
    this.problems = problems;
  }
}

/** The shape of an entity, and the check that was generated from its codec. */
interface Entity {
  readonly shape: ShapeName;
  readonly accepts: Guard;
}

const entity = (shape: ShapeName, guard: Guard): Entity => ({
  shape,
  accepts: guardStackOverflow(guard, false),
});

const ENTITIES = {
  update: entity('Status', isStatus),
  notification: entity('Notification', isNotification),
  conversation: entity('Conversation', isConversation),
  announcement: entity('Announcement', isAnnouncement),
  'announcement.reaction': entity('AnnouncementReaction', isAnnouncementReaction),
};

/** The events whose payload is an entity that is checked. */
export type EntityEvent = keyof typeof ENTITIES;

/** Checks a parsed entity: returns it, a {@link Mended} copy of it, or an {@link InvalidPayload}. */
export function checkEntity(name: EntityEvent, value: unknown): unknown {
  const { shape, accepts } = ENTITIES[name];
  if (accepts(value)) return value;
  const problems = validationProblems(shape, value);
  const mended = guardStackOverflow((nested) => mend(shape, nested), undefined)(value);
  return mended === undefined ? new InvalidPayload(value, problems) : new Mended(mended, problems);
}

/** Makes the event for an entity that is already parsed, checked like a streamed one. */
export function eventOf(
  type: 'update' | 'notification' | 'conversation',
  value: unknown,
  stream: readonly string[],
): StreamEvent {
  const read = checkEntity(type, value);
  return (
    read instanceof InvalidPayload
      ? {
          type: 'unknown',
          payload: { name: type, data: read.data, problems: read.problems },
          stream,
        }
      : read instanceof Mended
        ? { type, payload: read.value, stream, problems: read.problems }
        : { type, payload: read, stream }
  ) as StreamEvent;
}
