/** Keeps the clients of an ingester, by instance and credential. */
import { createTimelines, type Timelines } from '../client/createTimelines.ts';
import { check } from '../config/check.ts';
import { FifoMap } from '../internal/fifoMap.ts';
import type { EventCodecs } from '../model/events.ts';
import type { Assignment } from './assignment.ts';
import type { Credential, IngesterConfig } from './ingesterConfig.ts';

/** One client per instance and credential, so that timelines share discovery and a WebSocket. */
export class IngesterClients<E extends EventCodecs> {
  readonly #config: IngesterConfig<E>;
  readonly #clients = new FifoMap<Timelines<E>>(1_000);

  constructor(config: IngesterConfig<E>) {
    this.#config = config;
  }

  /** Returns the client of an assignment. Throws `MastodonIllegalArgumentError` without a credential. */
  timelinesOf({ instance, credential }: Assignment): Timelines<E> {
    const id = `${instance} ${credential}`;
    let timelines = this.#clients.get(id);
    if (!timelines) {
      this.#credentialOf(credential, instance);
      timelines = createTimelines<E>({
        ...this.#config.client,
        baseUrl: instance,
        // Called at every connect: a token that is replaced needs no restart.
        accessToken: () => {
          const found = this.#credentialOf(credential, instance);
          return typeof found === 'function' ? found() : found;
        },
      });
      this.#clients.set(id, timelines);
    }
    return timelines;
  }

  #credentialOf(name: string, instance: string): Credential {
    const { credentials } = this.#config;
    const credential =
      typeof credentials === 'function'
        ? credentials(name, instance)
        : Object.entries(credentials).find(([host]) => host === name)?.[1];
    check(
      credential !== undefined,
      `This ingester has no credential ${JSON.stringify(name)}: put it into credentials`,
    );
    return credential;
  }
}
