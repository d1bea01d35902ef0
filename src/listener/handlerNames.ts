/** Lists the names of the library's own handlers, and those that no event may reach by its name. */
import { check } from '../config/check.ts';
import { RESERVED_EVENT_NAMES } from '../model/events.ts';
import { handlerNameOf } from './handlerNameOf.ts';
import { StreamListener } from './streamListener.ts';

/** The names of all handlers, as the class has them. */
export const HANDLER_NAMES: readonly string[] = /* @__PURE__ */ Object.getOwnPropertyNames(
  StreamListener.prototype,
).filter((name) => name !== 'constructor');

/**
 * The server chooses the names of its events: `abort` must not reach `onAbort`, nor `status-update` with
 * an unchecked payload `onStatusUpdate`, nor `.` a method that is called `on`.
 */
const OUT_OF_REACH: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...HANDLER_NAMES,
  ...[...RESERVED_EVENT_NAMES].map(handlerNameOf),
  'on',
]);

/** The handler of an event that the library does not know; undefined if it can have none. */
export function ownHandlerNameOf(eventName: string): string | undefined {
  const name = handlerNameOf(eventName);
  return OUT_OF_REACH.has(name) ? undefined : name;
}

/** A handler that is no function would silently never be called. */
export function checkHandlers(listener: object): void {
  for (const name of HANDLER_NAMES) {
    const handler = (listener as Readonly<Record<string, unknown>>)[name];
    check(
      handler === undefined || typeof handler === 'function',
      `The listener's ${name} must be a function`,
    );
  }
}
