/**
 * Generates src/decode/guards/guards.generated.ts from the codecs of the entities: the same checks as
 * straight-line code, written before the package is built, since a page may forbid code from strings.
 */
import * as t from 'io-ts';
import * as prettier from 'prettier';
import { Announcement, AnnouncementReaction } from '../../src/model/entities/announcement.ts';
import { Conversation } from '../../src/model/entities/conversation.ts';
import { Notification } from '../../src/model/entities/notification.ts';
import { Status } from '../../src/model/entities/status.ts';
import { cannot, objectFields, withoutNull } from './fields.ts';
import { structureOf } from './structure.ts';

/** The path of the result. */
export const GUARDS_FILE = new URL('../../src/decode/guards/guards.generated.ts', import.meta.url);

/** The codecs of all events that have an entity. */
export const guardedCodecs: readonly t.Mixed[] = [
  Status,
  Notification,
  Conversation,
  Announcement,
  AnnouncementReaction,
];

const HEADER = `/* eslint-disable -- generated */
/**
 * GENERATED from the codecs of src/entities by spec/generate/guards.ts: change those, then run
 * "npm run generate". What "codec.is" says, as straight-line code.
 */

type Guard = (value: unknown) => boolean;

/** Tells whether each element fits; like with Array.prototype.every, a hole fits anything. */
const all = (list: any, fits: Guard): boolean => {
  if (!Array.isArray(list)) return false;
  for (let i = 0; i < list.length; i++) if (!fits(list[i]) && i in list) return false;
  return true;
};
`;

/** Returns the module's source: `isName` for each codec, and a check for each object inside them. */
export async function guardsSource(codecs: readonly t.Mixed[]): Promise<string> {
  const module = new GuardModule();
  const names = codecs.map((codec) => module.nameOf(codec));
  const source = `${HEADER}\n${module.source}\nexport { ${names.join(', ')} };\n`;
  const style = await prettier.resolveConfig(import.meta.filename);
  return prettier.format(source, { ...style, parser: 'typescript' });
}

class GuardModule {
  source = '';
  readonly #names = new Map<t.Mixed, string>();

  /** The name of the function that checks `codec`, which is written at the first call for it. */
  nameOf(codec: t.Mixed): string {
    const known = this.#names.get(codec);
    if (known !== undefined) return known;
    const taken = new Set(this.#names.values());
    const base = `is${codec.name.replace(/\W+/g, '')}`;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}${n}`;
    this.#names.set(codec, name);
    const code = this.#body(codec);
    this.source += `
/** ${codec.name} */
const ${name}: Guard = (v: any${code.includes('(x = ') ? ', x?: any' : ''}) => ${code};
`;
    return name;
  }

  #body(codec: t.Mixed): string {
    const structure = structureOf(codec, 'is');
    switch (structure?._tag) {
      case 'InterfaceType':
      case 'PartialType':
      case 'IntersectionType':
        return [
          "typeof v === 'object'",
          'v !== null',
          '!Array.isArray(v)',
          ...this.#fields(codec),
        ].join(' && ');
      case 'RecursiveType':
        return this.#body(structure.type);
      default:
        return this.#check(codec, 'v');
    }
  }

  /** Required fields come first, so that a value of another type fails at its first field. */
  #fields(codec: t.Mixed): string[] {
    const fields = objectFields(codec);
    return fields
      .sort((a, b) => Number(a.optional) - Number(b.optional))
      .map(({ key, type, optional }) => this.#field(key, type, optional));
  }

  #field(key: string, codec: t.Mixed, optional: boolean): string {
    const { types, nullable } = withoutNull(codec);
    const value = /^[a-z_$][\w$]*$/i.test(key) ? `v.${key}` : `v[${JSON.stringify(key)}]`;
    if (!nullable && !optional) return this.#checks(types, value);
    // Read once, since every read is a search in objects that differ in their fields.
    const none = optional ? (nullable ? '== null' : '=== undefined') : '=== null';
    return `((x = ${value}) ${none} || ${this.#checks(types, 'x')})`;
  }

  #checks(types: readonly t.Mixed[], value: string): string {
    const checks = types.map((type) => this.#check(type, value));
    return checks.length === 1 ? (checks[0] ?? '') : `(${checks.join(' || ')})`;
  }

  /** A codec that accepts undefined would need a check whether the field exists: no codec does. */
  #check(codec: t.Mixed, value: string): string {
    const structure = structureOf(codec, 'is');
    switch (structure?._tag) {
      case 'InterfaceType':
      case 'PartialType':
      case 'IntersectionType':
      case 'RecursiveType':
        return `${this.nameOf(codec)}(${value})`;
      case 'ArrayType':
        return `all(${value}, ${this.#functionOf(structure.type)})`;
      case 'LiteralType':
        return `${value} === ${JSON.stringify(structure.value)}`;
      default:
        if (PRIMITIVES.has(codec)) return `typeof ${value} === '${codec.name}'`;
        throw cannot(codec);
    }
  }

  #functionOf(codec: t.Mixed): string {
    return PRIMITIVES.has(codec) ? `(e) => ${this.#check(codec, 'e')}` : this.nameOf(codec);
  }
}

/** Codecs whose check is one `typeof`. */
const PRIMITIVES: ReadonlySet<t.Mixed> = new Set<t.Mixed>([t.string, t.number, t.boolean]);
