/** Buffers live events while catching up. */
import { compareIds } from '../../model/compareIds.ts';
import type { BaseEvent } from '../../model/events.ts';
import { positionOf, type Kind } from './eventPosition.ts';

/** The largest number of events to buffer. */
export const MAX_BUFFERED = 10_000;

/** Holds live events, in the order of their arrival, until the missed items were emitted. */
export class LiveBuffer<T extends BaseEvent<string, unknown>> {
  #events: T[] = [];

  get isFull(): boolean {
    return this.#events.length > MAX_BUFFERED;
  }

  push(event: T): void {
    this.#events.push(event);
  }

  /** Removes and returns the events of a kind with ids up to this one. */
  takeUpTo(kind: Kind, id: string): T[] {
    if (this.#events.length === 0) return [];
    const taken: T[] = [];
    this.#events = this.#events.filter((event) => {
      const position = positionOf(event);
      if (position?.kind !== kind || compareIds(position.id, id) > 0) return true;
      taken.push(event);
      return false;
    });
    return taken;
  }

  /** The lowest id of a kind. */
  oldest(kind: Kind): string | undefined {
    return this.#events
      .map(positionOf)
      .flatMap((position) => (position?.kind === kind ? [position.id] : []))
      .sort(compareIds)[0];
  }

  /** Tells whether an event with an id has come, which proves that the subscription is active. */
  get hasPosition(): boolean {
    return this.#events.some((event) => positionOf(event) !== undefined);
  }

  /** Removes and returns all events. */
  drain(): T[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
