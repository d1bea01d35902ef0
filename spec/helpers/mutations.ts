/** Real payloads, and random mutations of them. */
import fc from 'fast-check';
import type * as t from 'io-ts';
import { Status } from '../../src/model/entities/status.ts';
import { capturedEntities, DIALECTS } from './entities.ts';

/** Payloads of real servers, each with its codec. */
export const samples: readonly (readonly [codec: t.Mixed, payload: unknown])[] = [
  ...capturedEntities().map(({ codec, payload }) => [codec, payload] as const),
  ...Object.values(DIALECTS).map((post) => [Status, post] as const),
];

/** Every object and array within `value`, itself included. */
function* containersOf(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* containersOf(inner);
}

const REMOVED = Symbol('removed');

const change = fc.oneof(
  fc.constant(REMOVED),
  fc.constantFrom<unknown>(null, '', 'text', 0, 1, true, [], {}, [null], ['text'], [{}]),
  fc.jsonValue({ maxDepth: 2 }),
);

/** One of `payloads`, by its index, after some of its fields at any depth were removed or replaced. */
export const mutationsOf = (
  payloads: readonly unknown[],
): fc.Arbitrary<{ position: number; value: unknown }> =>
  fc
    .tuple(
      fc.nat({ max: payloads.length - 1 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), change), { maxLength: 3 }),
    )
    .map(([position, changes]) => {
      const value = structuredClone(payloads[position]);
      for (const [where, which, to] of changes) {
        const containers = [...containersOf(value)].filter(
          (inner) => Object.keys(inner).length > 0,
        );
        const container = containers[where % containers.length] ?? {};
        const keys = Object.keys(container);
        const key = keys[which % keys.length] ?? '';
        // A copy, since a value could otherwise end up within itself.
        if (to !== REMOVED) Reflect.set(container, key, structuredClone(to));
        else if (Array.isArray(container)) container.splice(Number(key), 1);
        else Reflect.deleteProperty(container, key);
      }
      return { position, value };
    });
