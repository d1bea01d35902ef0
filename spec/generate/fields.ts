/** The structure of the entities' codecs, as far as the generators need it. */
import * as t from 'io-ts';
import { structureOf } from './structure.ts';

/** A field of an object. */
export interface Field {
  readonly key: string;
  readonly type: t.Mixed;
  readonly optional: boolean;
}

/** The fields of an object, from all members of an intersection. */
export function objectFields(codec: t.Mixed): Field[] {
  const structure = structureOf(codec, 'is');
  switch (structure?._tag) {
    case 'InterfaceType':
    case 'PartialType': {
      const optional = structure._tag === 'PartialType';
      return Object.entries(structure.props).map(([key, type]) => ({ key, type, optional }));
    }
    case 'IntersectionType':
      return structure.types.flatMap(objectFields);
    case 'RecursiveType':
      return objectFields(structure.type);
    default:
      throw cannot(codec);
  }
}

/** The members of a union except null. */
export function withoutNull(codec: t.Mixed): { types: readonly t.Mixed[]; nullable: boolean } {
  const structure = structureOf(codec, 'is');
  const types = structure?._tag === 'UnionType' ? structure.types : [codec];
  const others = types.filter((type) => type !== t.null);
  return { types: others, nullable: others.length < types.length };
}

export const cannot = ({ name }: t.Mixed): Error =>
  new Error(`${name}: spec/generate has no way to write such a codec yet`);
