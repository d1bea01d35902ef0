/**
 * Declares the helpers that the entities' codecs are written with.
 *
 * A field is required only if every supported server sends it: Mastodon since 4.0, glitch-soc, Pleroma and Akkoma,
 * GoToSocial, Iceshrimp, Firefish. Other fields are optional, and nullable if one of these servers sends null.
 * Unknown fields are kept.
 */
import * as t from 'io-ts';

/**
 * One of the known strings, or another one, as a later version or a fork may add. Editors complete the known ones.
 */
export type OpenEnum<Known extends string> = Known | (string & {});

/** `null`, or what `codec` accepts. */
export const nullable = <C extends t.Mixed>(codec: C): t.UnionC<[t.NullC, C]> =>
  // Null comes first: io-ts looks for a tag in the first member, which would run a recursive one at once.
  t.union([t.null, codec], `${codec.name} | null`);

/** An object with `required` fields and `optional` ones, named as Mastodon's documentation names it. */
export const entity = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
): t.IntersectionC<[t.TypeC<R>, t.PartialC<O>]> =>
  t.intersection([t.type(required, name), t.partial(optional, name)], name);
