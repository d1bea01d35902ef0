/** TypeScript's compiler, set as tsconfig.json sets it. */
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
  ts.sys.readFile(path),
) as { config: object };

/** What tsconfig.json says, but for the files. */
export const { options: compilerOptions } = ts.parseJsonConfigFileContent(
  { ...config, include: [], files: [] },
  ts.sys,
  root,
);

/** What is wrong with a file of a program, in words. */
export const problemsOf = (program: ts.Program, file: ts.SourceFile | undefined): string[] =>
  [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
