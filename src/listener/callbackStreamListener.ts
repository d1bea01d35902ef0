/** Makes a listener of functions instead of a subclass. */
import { check, checkKeys } from '../config/check.ts';
import { checkHandlers, HANDLER_NAMES } from './handlerNames.ts';
import type { StreamHandlers } from './handlers.ts';
import { StreamListener } from './streamListener.ts';

/** Any of the handlers, each a function. Events without a handler are ignored. */
export type StreamCallbacks = {
  [Name in keyof StreamHandlers]?: StreamHandlers[Name] | undefined;
};

/**
 * A listener made of functions.
 *
 * ```ts
 * const listener = new CallbackStreamListener({
 *   onUpdate: (status) => console.log(status.content),
 *   onAbort: (error) => console.error(error.message),
 * });
 * ```
 *
 * `toListener` also takes a plain object; this class additionally finds misspelt names at run time.
 *
 * @throws `MastodonIllegalArgumentError` if a name is not that of a handler, or its value is not a function; the
 * message lists the names.
 */
export class CallbackStreamListener extends StreamListener {
  constructor(callbacks: StreamCallbacks = {}) {
    super();
    check(
      typeof callbacks === 'object' && (callbacks as unknown) !== null,
      'CallbackStreamListener needs an object of functions: { onUpdate: (status) => … }',
    );
    checkKeys('callback', callbacks, HANDLER_NAMES);
    checkHandlers(callbacks);
    const given = Object.entries(callbacks).filter(([, callback]) => callback !== undefined);
    Object.assign(this, Object.fromEntries(given));
  }
}
