/** The operator that Angular people know from @ngrx/effects. */
import { filter, type OperatorFunction } from 'rxjs';

/**
 * Returns an operator that lets only events of these types pass, and narrows the union to them.
 *
 * ```ts
 * stream$.pipe(ofType('update', 'status.update')) // payload is a Status
 * ```
 *
 * Throws nothing; errors of the source pass.
 */
export function ofType<Event extends { readonly type: string }, Type extends Event['type']>(
  ...types: readonly Type[]
): OperatorFunction<Event, Extract<Event, { readonly type: Type }>> {
  const wanted: ReadonlySet<string> = new Set(types);
  return filter((event): event is Extract<Event, { readonly type: Type }> =>
    wanted.has(event.type),
  );
}
