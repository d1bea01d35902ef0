/** Filters events by type, like `ofType` of @ngrx/effects. */
import { filter, type OperatorFunction } from 'rxjs';

/**
 * Emits only events of these types, and narrows the union to them.
 *
 * ```text
 * source  -u-d-n-u|
 * result  -u-----u|    ofType('update'); u: update, d: delete, n: notification
 * ```
 *
 * Emits when the source emits an event of one of the types; errors and completes when the source does. Throws nothing.
 *
 * ```ts
 * timelines.user().pipe(ofType('update')).subscribe(({ payload }) => console.log(payload.account.acct));
 * // ada@analytical.example
 * ```
 */
export function ofType<Event extends { readonly type: string }, Type extends Event['type']>(
  ...types: readonly Type[]
): OperatorFunction<Event, Extract<Event, { readonly type: Type }>> {
  const wanted: ReadonlySet<string> = new Set(types);
  return filter((event): event is Extract<Event, { readonly type: Type }> =>
    wanted.has(event.type),
  );
}
