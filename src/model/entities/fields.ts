/**
 * Declares the helpers that the entities' codecs are written with.
 *
 * A field is required only if every server that is spoken to sends it: Mastodon since 4.0,
 * glitch-soc, Pleroma and Akkoma, GoToSocial, Iceshrimp, Firefish. Anything else is optional, and
 * nullable if one of them is known to send null. What the codecs do not know is kept.
 */
import * as t from 'io-ts';

/** One of the known strings, or one that a later version or a fork adds: editors complete the known ones. */
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
