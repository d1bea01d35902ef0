import { channelsOf, type FakeEvent, type Hub } from './channels.ts';
import type { Filters } from './filters.ts';
import { EventStream, type EventStreamConfig, type FakeConnection } from './stream.ts';
import { type FakePace } from './wire.ts';
import { type Waiters } from './waiters.ts';

/** Holds all streams of one server, and applies faults to each of them. */
export class Streams {
  readonly #hub: Hub;
  readonly #filters: Filters;
  readonly #waiters: Waiters;
  readonly #open = new Set<EventStream>();
  /** The streams that have ended, but whose response or socket is not closed yet. */
  readonly #closing = new Set<EventStream>();
  #stalled = false;
  #pace: FakePace | undefined;

  constructor(hub: Hub, filters: Filters, waiters: Waiters) {
    this.#hub = hub;
    this.#filters = filters;
    this.#waiters = waiters;
  }

  get connections(): FakeConnection[] {
    return [...this.#open].map(({ connection }) => connection);
  }

  get open(): number {
    return this.#open.size;
  }

  /** The number of streams that are open or closing. */
  get alive(): number {
    return this.#open.size + this.#closing.size;
  }

  start(config: Omit<EventStreamConfig, 'onLeave'>): void {
    const { exchange, stream: name, grant } = config;
    const stream = new EventStream({
      ...config,
      onLeave: () => {
        unsubscribe();
        this.#open.delete(stream);
        this.#closing.add(stream);
      },
    });
    const unsubscribe = this.#hub.subscribe(
      channelsOf(name, grant.account, grant.scopes),
      (event: FakeEvent) => stream.send(this.#filters.markEvent(event, grant.account, name[0])),
    );
    // After EventStream's own listener, so that the stream has left by now.
    exchange.response.onClose(() => {
      stream.wire.discard();
      this.#closing.delete(stream);
      this.#waiters.check();
    });
    if (this.#stalled) stream.wire.stall();
    stream.wire.slow(this.#pace);
    this.#open.add(stream);
    stream.open();
    this.#waiters.check();
  }

  each(act: (stream: EventStream) => void): void {
    for (const stream of [...this.#open]) act(stream);
  }

  /** Calls `act` with each stream that is open or closing: closing streams may still have bytes to send. */
  #eachAlive(act: (stream: EventStream) => void): void {
    for (const stream of [...this.#open, ...this.#closing]) act(stream);
  }

  stall(): void {
    this.#stalled = true;
    this.#eachAlive(({ wire }) => wire.stall());
  }

  resume(): void {
    this.#stalled = false;
    this.#eachAlive(({ wire }) => wire.resume());
  }

  slow(pace: FakePace | undefined): void {
    this.#pace = pace;
    this.#eachAlive(({ wire }) => wire.slow(pace));
  }
}
