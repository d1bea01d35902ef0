/** Declares what an entity's codec is, in names that a library which exports what it makes of one can write down. */
import type * as t from 'io-ts';

/**
 * A codec of io-ts that checks values of `A` and changes nothing about them.
 *
 * Its own methods are declared here again: TypeScript writes the types of what a library exports into its
 * declarations, and could name io-ts's only if the library had io-ts among its own dependencies.
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
