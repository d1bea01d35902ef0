/** Reads declarations and their docstrings from the source. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/** A property of an interface, with its docstring. */
export interface Property {
  readonly name: string;
  readonly isOptional: boolean;
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

/** The text of a declaration's docstring, as it is written; empty if there is none. */
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

/**
 * Returns the properties that an interface of a file declares itself, in order.
 *
 * @throws `Error` if the file has no such interface.
 */
export function propertiesOf(file: string, name: string): Property[] {
  const found = parse(file)
    .statements.filter(ts.isInterfaceDeclaration)
    .find((statement) => statement.name.text === name);
  if (!found) throw new Error(`${file} has no interface ${name}`);
  return found.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    isOptional: member.questionToken !== undefined,
    text: oneLine(docOf(member)),
    defaultValue: tagOf(member, 'defaultValue'),
    example: tagOf(member, 'example'),
  }));
}

/**
 * Returns the texts of a union of strings, and what the list in its docstring says of each.
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
