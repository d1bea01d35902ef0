/**
 * Generates src/decode/guards/shapes.generated.ts from the codecs of the entities: the same checks as data, for
 * builds without room for io-ts or for straight-line code.
 */
import * as t from 'io-ts';
import * as prettier from 'prettier';
import { cannot, objectFields, withoutNull } from './fields.ts';
import { structureOf } from './structure.ts';

/** The path of the result. */
export const SHAPES_FILE = new URL('../../src/decode/guards/shapes.generated.ts', import.meta.url);

const HEADER = `/**
 * GENERATED from the codecs of src/entities by spec/generate/shapes.ts: change those, then run
 * "npm run generate".
 *
 * \`key:kind\` is a field, \`key?kind\` one that may be absent or null. Kinds: \`s\` a string, \`n\` a number, \`b\` a
 * boolean, \`[s]\` an array, \`A|B\` either, \`s~\` that or null, or the name of another shape.
 */
`;

/** Returns the module's source: `SHAPES`, each codec and the codecs inside it by their names. */
export async function shapesSource(codecs: readonly t.Mixed[]): Promise<string> {
  const shapes = new Map<string, { readonly codec: t.Mixed; fields: string }>();

  const add = (codec: t.Mixed): string => {
    const { name } = codec;
    const known = shapes.get(name);
    if (known) {
      if (known.codec !== codec) throw new Error(`Two codecs are called ${name}`);
      return name;
    }
    const shape = { codec, fields: '' };
    shapes.set(name, shape);
    shape.fields = objectFields(codec)
      .map(({ key, type, optional }) => {
        if (!optional) return `${key}:${kindOf(type)}`;
        if (!withoutNull(type).nullable) throw cannot(type); // an absent field may be null, too
        return `${key}?${kindOf(type).slice(0, -1)}`;
      })
      .join(' ');
    return name;
  };

  const kindOf = (codec: t.Mixed): string => {
    const { types, nullable } = withoutNull(codec);
    return types.map(single).join('|') + (nullable ? '~' : '');
  };

  const single = (codec: t.Mixed): string => {
    const primitive = PRIMITIVES.get(codec);
    if (primitive !== undefined) return primitive;
    const structure = structureOf(codec, 'is');
    switch (structure?._tag) {
      case 'InterfaceType':
      case 'PartialType':
      case 'IntersectionType':
      case 'RecursiveType':
        return add(codec);
      case 'ArrayType':
        return `[${kindOf(structure.type)}]`;
      default:
        throw cannot(codec);
    }
  };

  codecs.forEach(add);
  const lines = [...shapes].map(([name, { fields }]) => `${name}: ${JSON.stringify(fields)},`);
  const source = `${HEADER}\nexport const SHAPES = {\n${lines.join('\n')}\n} as const;\n`;
  const style = await prettier.resolveConfig(import.meta.filename);
  return prettier.format(source, { ...style, parser: 'typescript' });
}

const PRIMITIVES: ReadonlyMap<t.Mixed, string> = new Map<t.Mixed, string>([
  [t.string, 's'],
  [t.number, 'n'],
  [t.boolean, 'b'],
]);
