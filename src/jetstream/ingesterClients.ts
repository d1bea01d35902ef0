/** Keeps the clients of an ingester, by instance and credential. */
import { createTimelines, type Timelines } from '../client/createTimelines.ts';
import { check } from '../config/check.ts';
import { FifoMap } from '../internal/fifoMap.ts';
import type { EventCodecs } from '../model/events.ts';
import type { Assignment } from './assignment.ts';
import type { Credential, IngesterConfig } from './ingesterConfig.ts';

/**
 * Returns a function that returns the client of an assignment: one per instance and credential, so that timelines
 * share discovery and a WebSocket. It throws `MastodonIllegalArgumentError` without a credential.
 */
export function ingesterClients<E extends EventCodecs>({
  credentials,
  client,
}: IngesterConfig<E>): (assignment: Assignment) => Timelines<E> {
  const clients = new FifoMap<Timelines<E>>(1_000);

  const credentialOf = (name: string, instance: string): Credential => {
    const found =
      typeof credentials === 'function'
        ? credentials(name, instance)
        : new Map(Object.entries(credentials)).get(name);
    const message = `This ingester has no credential ${JSON.stringify(name)}: put it into credentials`;
    check(found !== undefined, message);
    return found;
  };

  return ({ instance, credential }) => {
    const id = `${instance} ${credential}`;
    const kept = clients.get(id);
    if (kept) return kept;
    credentialOf(credential, instance);
    const timelines = createTimelines<E>({
      ...client,
      baseUrl: instance,
      // Called at every connect: a token that is replaced needs no restart.
      accessToken: () => {
        const found = credentialOf(credential, instance);
        return typeof found === 'function' ? found() : found;
      },
    });
    clients.set(id, timelines);
    return timelines;
  };
}
