/** Declares the type of an entity's codec, so that libraries can export types that are made from one. */
import type * as t from 'io-ts';

/**
 * An io-ts codec that checks values of `A` and does not change them.
 *
 * Its methods are declared here again: TypeScript writes the types of a library's exports into its declarations,
 * and could name those of io-ts only if the library depended on io-ts itself.
 */
export interface EntityCodec<A> extends t.Type<A> {
  /** Tells whether a value is an `A`. */
  readonly is: (value: unknown) => value is A;
  /** Returns the value as an `A` (`_tag: 'Right'`), or the places that do not fit (`_tag: 'Left'`). */
  readonly decode: (value: unknown) => DecodeFailure | DecodeSuccess<A>;
}

/** A value that does not fit: fp-ts's `Left`. */
export interface DecodeFailure {
  readonly _tag: 'Left';
  readonly left: t.Errors;
}

/** A value that fits: fp-ts's `Right`. */
export interface DecodeSuccess<A> {
  readonly _tag: 'Right';
  readonly right: A;
}
