/** Lists the names of the library's own handlers, and the names that no unknown event may call. */
import { check } from '../config/check.ts';
import { RESERVED_EVENT_NAMES } from '../model/events.ts';
import { handlerNameOf } from './handlerNameOf.ts';
import { StreamListener } from './streamListener.ts';

/** The names of all handlers, as the class has them. */
export const HANDLER_NAMES: readonly string[] = /* @__PURE__ */ Object.getOwnPropertyNames(
  StreamListener.prototype,
).filter((name) => name !== 'constructor');

/**
 * The names that an unknown event must not call. The server chooses the names of its events: `abort` must not call
 * `onAbort`, nor `status-update`, whose payload is unchecked, `onStatusUpdate`, nor `.` a method named `on`.
 */
const OUT_OF_REACH: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...HANDLER_NAMES,
  ...[...RESERVED_EVENT_NAMES].map(handlerNameOf),
  'on',
]);

/** Returns the name of the handler for an unknown event; undefined if it cannot have one. */
export function ownHandlerNameOf(eventName: string): string | undefined {
  const name = handlerNameOf(eventName);
  return OUT_OF_REACH.has(name) ? undefined : name;
}

/** Rejects a handler that is not a function, which would silently never be called. */
export function checkHandlers(listener: object): void {
  for (const name of HANDLER_NAMES) {
    const handler = (listener as Readonly<Record<string, unknown>>)[name];
    check(
      handler === undefined || typeof handler === 'function',
      `The listener's ${name} must be a function`,
    );
  }
}
