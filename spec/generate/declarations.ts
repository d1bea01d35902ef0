/** Reads declarations and their docstrings from the source. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/** A property of an interface, with its docstring. */
export interface Property {
  readonly name: string;
  readonly isOptional: boolean;
  /** Its type as in the source; for an object, the names of its fields. */
  readonly type: string;
  /** The docstring before its tags, on one line. */
  readonly text: string;
  /** The text of `@defaultValue`, on one line; undefined if there is none. */
  readonly defaultValue: string | undefined;
  /** The text of `@example`, on one line; undefined if there is none. */
  readonly example: string | undefined;
}

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const textIn = (comment: ts.JSDoc['comment']): string => ts.getTextOfJSDocComment(comment) ?? '';

/** The text of a declaration's docstring, as in the source; empty if there is none. */
const docOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => textIn(comment))
    .join('\n');

const tagOf = (node: ts.Node, name: string): string | undefined => {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag && oneLine(textIn(tag.comment));
};

const nameOf = ({ name }: ts.PropertySignature | ts.MethodSignature): string =>
  name.getText().replaceAll("'", '');

const typeOf = (type: ts.TypeNode | undefined): string => {
  if (type === undefined || !ts.isTypeLiteralNode(type)) return type?.getText() ?? 'unknown';
  const fields = type.members.filter(ts.isPropertySignature);
  return `{ ${fields.map((field) => nameOf(field) + (field.questionToken ? '?' : '')).join(', ')} }`;
};

function interfaceOf(file: string, name: string): ts.InterfaceDeclaration {
  const found = parse(file)
    .statements.filter(ts.isInterfaceDeclaration)
    .find((statement) => statement.name.text === name);
  if (!found) throw new Error(`${file} has no interface ${name}`);
  return found;
}

/** A method of an interface, with its docstring. */
export interface Method {
  readonly name: string;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  /** The docstring before its tags, on one line. */
  readonly text: string;
}

/**
 * Returns the methods that an interface of a file declares itself, in order.
 *
 * @throws `Error` if the file has no such interface.
 */
export const methodsOf = (file: string, name: string): Method[] =>
  interfaceOf(file, name)
    .members.filter(ts.isMethodSignature)
    .map((method) => ({
      name: nameOf(method),
      parameters: method.parameters.map((parameter) => parameter.name.getText()),
      text: oneLine(docOf(method)),
    }));

/** An error class, with its docstring. */
export interface ErrorClass {
  readonly name: string;
  /** The name of the class that it extends. */
  readonly parent: string;
  readonly text: string;
  /** The value of `retryable`, or the text of its docstring; undefined if the parent's is inherited. */
  readonly retryable: string | undefined;
}

/** Returns the exported classes of a file that extend another, in order. */
export const errorClassesOf = (file: string): ErrorClass[] =>
  parse(file)
    .statements.filter(ts.isClassDeclaration)
    .map((declaration) => ({
      name: declaration.name?.text ?? '',
      parent: declaration.heritageClauses?.[0]?.types[0]?.getText() ?? '',
      text: oneLine(docOf(declaration)),
      retryable: retryableOf(declaration),
    }))
    .filter(({ parent }) => parent.endsWith('Error'));

function retryableOf(declaration: ts.ClassDeclaration): string | undefined {
  const property = declaration.members
    .filter(ts.isPropertyDeclaration)
    .find(({ name }) => name.getText() === 'retryable');
  if (
    property === undefined ||
    property.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)
  ) {
    return undefined;
  }
  const value = property.initializer?.getText();
  return value === undefined ? oneLine(docOf(property)) : value === 'true' ? 'yes' : 'no';
}

/**
 * Returns the properties that an interface of a file declares itself, in order.
 *
 * @throws `Error` if the file has no such interface.
 */
export function propertiesOf(file: string, name: string): Property[] {
  return interfaceOf(file, name)
    .members.filter(ts.isPropertySignature)
    .map((member) => ({
      name: nameOf(member),
      type: typeOf(member.type),
      isOptional: member.questionToken !== undefined,
      text: oneLine(docOf(member)),
      defaultValue: tagOf(member, 'defaultValue'),
      example: tagOf(member, 'example'),
    }));
}

/**
 * Returns the texts of a union of strings, with the description of each in the list of its docstring.
 *
 * @throws `Error` if the file has no such type.
 */
export function unionOf(
  file: string,
  name: string,
): { members: string[]; docs: Map<string, string> } {
  const found = parse(file)
    .statements.filter(ts.isTypeAliasDeclaration)
    .find((statement) => statement.name.text === name);
  if (!found || !ts.isUnionTypeNode(found.type)) throw new Error(`${file} has no union ${name}`);
  const items = [...docOf(found).matchAll(/^- `'([^']+)'`: (.*(?:\n(?!- ).*)*)/gm)];
  return {
    members: found.type.types.map((type) => type.getText().replaceAll("'", '')),
    docs: new Map(items.map(([, member = '', text = '']) => [member, oneLine(text)])),
  };
}
