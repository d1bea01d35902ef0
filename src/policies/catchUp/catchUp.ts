/**
 * Recovers the items that a stream missed. Mastodon replays nothing after a reconnect, so they are requested over
 * REST and emitted between the events before and after the loss.
 *
 * ```
 * connection   C─1─2─X          C──────4─5───6──     1, 2 … posts, X loss, C connected
 * REST                             [3 4]             the page after 2, requested when connected
 * emitted      C─1─2─D──────────C────3─4·K─5─6──     D disconnected, K caught-up; 4 once
 * ```
 */
import {
  asyncScheduler,
  Observable,
  takeUntil,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { Channel } from '../../connect/channels.ts';
import type { Client } from '../../connect/client.ts';
import { operate, type OperatorObserver } from '../../internal/operate.ts';
import { startAfter } from '../../internal/startAfter.ts';
import { isConnectionEvent, type BaseEvent, type StreamEvent } from '../../model/events.ts';
import { requestBaselines } from './baseline.ts';
import type { CatchUpContext } from './context.ts';
import { positionOf } from './eventPosition.ts';
import { LiveBuffer, MAX_BUFFERED } from './liveBuffer.ts';
import { Pass } from './pass.ts';
import type { CatchUpPolicy } from './policy.ts';
import { TimelinePosition } from './timelinePosition.ts';

/** The time after which an unproven subscription without an event is checked once, in ms. */
const PROBE_DELAY = 5_000;

/**
 * Returns an operator that keeps the position of one subscription in its timeline over all of its
 * connections, and recovers what they missed. The source is a stream with `reconnect`.
 *
 * Before it subscribes to the source, the operator requests the newest id of each kind, so that nothing is
 * missed even if the connection is lost before its first event. After a `connected` event live events are
 * buffered, the missed items are requested and emitted, oldest first, with `recovered: true`, then a
 * `caught-up` event, then the buffered events. If the connection is lost meanwhile, the next one continues;
 * the buffered events wait for it, and come before the error if there is no next one. Each item is emitted
 * once.
 *
 * A first live event proves that a subscription is active. Over WebSocket, REST is therefore requested once more
 * when it comes, before it is emitted, and once after 5 s if none comes.
 *
 * A failure is a `warning` and `complete: false`, and never ends the stream; the next catch-up tries to fill the
 * gap. REST does not list missed deletes and edits.
 *
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export const catchUp =
  <T extends BaseEvent<string, unknown>>(
    client: Client,
    channel: Channel,
    policy: CatchUpPolicy,
  ): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((destination) => {
      const position = new TimelinePosition(policy.resumeFrom);
      const context = { client, channel, policy, position };
      const recovery = new Recovery(destination, context);
      destination.add(recovery);
      return source
        .pipe(
          startAfter(
            requestBaselines(context) as Observable<BaseEvent<string, unknown>> as Observable<T>,
          ),
        )
        .subscribe(operate<T, T>(recovery));
    });

/** Observes the stream of one subscription: decides when to catch up, and buffers live events meanwhile. */
class Recovery<T extends BaseEvent<string, unknown>> implements OperatorObserver<T, T> {
  readonly destination: Subscriber<T>;
  readonly #context: CatchUpContext;
  /** The catch-up that is under way. */
  #pass: Pass<T> | undefined;
  /** Its subscription, or the probe that is due. */
  #task: Subscription | undefined;
  /** The live events since it began, including those of a connection that was lost meanwhile. */
  #buffer: LiveBuffer<T> | undefined;
  /** True if no live event has proven yet that the server sends everything. */
  #isUnproven = false;
  /** True if the items that the stream starts with were emitted. */
  #isStarted = false;

  constructor(destination: Subscriber<T>, context: CatchUpContext) {
    this.destination = destination;
    this.#context = context;
  }

  next(event: T): void {
    if (event.type === 'connected') {
      this.destination.next(event);
      this.#connected();
    } else if (event.type === 'disconnected') {
      this.#stop();
      this.destination.next(event);
    } else if (isConnectionEvent(event) && event.type !== 'malformed') {
      this.destination.next(event);
    } else if (this.#buffer !== undefined) {
      this.#buffer.push(event);
      if (this.#buffer.isFull && this.#pass !== undefined) this.#overflowed(this.#pass);
    } else {
      this.#live(event);
    }
  }

  error(error: unknown): void {
    this.#stop();
    this.#release();
    this.destination.error(error);
  }

  complete(): void {
    this.#stop();
    this.#release();
    this.destination.complete();
  }

  unsubscribe(): void {
    this.#stop();
  }

  #connected(): void {
    const { catchUp: onReconnect, resumeFrom, backfill, transportName } = this.#context.policy;
    const hasStart = resumeFrom !== undefined || Object.keys(backfill).length > 0;
    const isDue = this.#isStarted ? onReconnect !== undefined : hasStart;
    this.#isStarted ||= !hasStart;
    this.#isUnproven = transportName() === 'websocket' && (isDue || onReconnect !== undefined);
    if (isDue) {
      this.#run(true);
    } else {
      this.#release();
      if (this.#isUnproven) this.#scheduleProbe();
    }
  }

  #live(event: T): void {
    if (this.#isUnproven && positionOf(event) !== undefined) {
      this.#isUnproven = false;
      this.#buffer = new LiveBuffer();
      this.#buffer.push(event);
      this.#run(false, true);
    } else if (this.#context.position.accept(event)) {
      this.destination.next(event);
    }
  }

  /** Schedules one more request for items that a subscription may have missed before it was active. */
  #scheduleProbe(): void {
    this.#task = asyncScheduler.schedule(() => {
      this.#run(false);
    }, PROBE_DELAY);
  }

  /** Recovers what is missing, then emits the buffered events. */
  #run(isAnnounced: boolean, isProven = false): void {
    this.#task?.unsubscribe();
    this.#buffer ??= new LiveBuffer();
    const { timeout } = this.#context.policy.limits;
    const pass = new Pass(this.#context, this.#buffer, { isProven, isStarted: this.#isStarted });
    this.#pass = pass;
    const tooLong$ = timer(timeout).pipe(
      tap(() => {
        this.#emit(pass.interrupt(`it took longer than ${timeout} ms`));
      }),
    );
    const task = pass
      .recover()
      .pipe(takeUntil(tooLong$))
      .subscribe({
        next: (event) => {
          this.#emit(event);
        },
        error: (error: unknown) => {
          this.destination.error(error);
        },
        complete: () => {
          this.#finish(pass, isAnnounced);
        },
      });
    if (!task.closed) this.#task = task;
  }

  #overflowed(pass: Pass<T>): void {
    this.#task?.unsubscribe();
    this.#emit(pass.interrupt(`more than ${MAX_BUFFERED} events came meanwhile`));
    this.#finish(pass, true);
  }

  #finish(pass: Pass<T>, isAnnounced: boolean): void {
    this.#pass = this.#task = undefined;
    this.#isStarted = true;
    const { recovered, isComplete } = pass;
    if (isAnnounced || recovered > 0 || !isComplete) this.#emit(pass.caughtUp());
    // The missing items are already noted as a gap, which the next connection fills.
    if (!isComplete) this.#isUnproven = false;
    if (this.#isUnproven && this.#buffer?.hasPosition === true) {
      // The first live event came while catching up: the REST request may have been earlier.
      this.#isUnproven = false;
      this.#run(false, true);
      return;
    }
    this.#release();
    if (this.#isUnproven && isAnnounced) this.#scheduleProbe();
  }

  #release(): void {
    const buffer = this.#buffer;
    this.#buffer = undefined;
    for (const event of buffer?.drain() ?? []) {
      if (this.#context.position.accept(event)) this.destination.next(event);
    }
  }

  /** Emits an event of the catch-up, which the source's union includes. */
  #emit(event: T | StreamEvent): void {
    this.destination.next(event as BaseEvent<string, unknown> as T);
  }

  /** Ends the pass because the connection or the subscription ends. The buffer is kept for the next pass. */
  #stop(): void {
    this.#task?.unsubscribe();
    this.#pass = this.#task = undefined;
  }
}
