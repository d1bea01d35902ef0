/** Checks the option `events`: the codecs of events that the library does not know. */
import { check, isRecord } from '../config/check.ts';
import { RESERVED_EVENT_NAMES, type EventCodecs } from '../model/events.ts';

/** Rejects `events` that are not io-ts codecs, or whose names are taken. */
export function checkEventCodecs(events: EventCodecs): void {
  check(isRecord(events), 'events must be an object of io-ts codecs by event name');
  for (const [name, codec] of Object.entries(events)) {
    check(name !== '', 'events: an event needs a name');
    check(
      !RESERVED_EVENT_NAMES.has(name),
      `events: the name ${JSON.stringify(name)} is taken by an event of this library`,
    );
    check(
      typeof (codec as unknown as { decode?: unknown } | undefined)?.decode === 'function',
      `events: ${JSON.stringify(name)} must be a codec`,
    );
  }
}
