/** TypeScript's compiler, with the options of tsconfig.json. */
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
  ts.sys.readFile(path),
) as { config: object };

/** The options of tsconfig.json, without its files. */
export const { options: compilerOptions } = ts.parseJsonConfigFileContent(
  { ...config, include: [], files: [] },
  ts.sys,
  root,
);

/** The compiler's messages about a file of a program. */
export const problemsOf = (program: ts.Program, file: ts.SourceFile | undefined): string[] =>
  [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
