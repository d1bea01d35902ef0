/** One word, one meaning: identifiers of src/ that meant several things stay out of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSourceFile, forEachChild, isIdentifier, ScriptTarget, type Node } from 'typescript';
import { expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** Each was the name of two to six different things. */
const OVERLOADED: ReadonlySet<string> = new Set([
  ...['answer', 'answers', 'known', 'own', 'patience', 'place', 'rest'],
  ...['tell', 'told', 'Step', 'Steps', 'Place'],
]);

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'),
);

it.each(files)('%s names nothing with a word of several meanings', (file) => {
  const source = createSourceFile(
    file,
    readFileSync(join(src, file), 'utf8'),
    ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (isIdentifier(node) && OVERLOADED.has(node.text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1}: ${node.text}`);
    }
    forEachChild(node, visit);
  };
  visit(source);

  expect(found).toEqual([]);
});
