/** The types of the entries in a user's compiler, with the declarations of each Angular version that is installed here. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { compilerOptions as options, problemsOf } from '../../helpers/compiler.ts';

const root = resolve(import.meta.dirname, '../../..');
const entries = ['index.ts', 'testing/index.ts'].map((entry) => join(root, 'src/angular', entry));

const folderOf = (version: string): string => join(import.meta.dirname, version, 'node_modules');

const host = ts.createCompilerHost(options);
/** The files that all programs share are read once. */
const files = new Map<string, ts.SourceFile | undefined>();

function programWith(folder: string): ts.Program {
  const modules = ts.createModuleResolutionCache(root, (name) => name, options);
  const resolved = (name: string, importer: string, mode: ts.ResolutionMode) =>
    ts.resolveModuleName(name, importer, options, host, modules, undefined, mode);
  return ts.createProgram(entries, options, {
    ...host,
    getSourceFile: (path, ...how) => {
      if (!files.has(path)) files.set(path, host.getSourceFile(path, ...how));
      return files.get(path);
    },
    resolveModuleNameLiterals: (literals, importer, _redirected, _options, file) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(file, literal, options);
        const isAngular = literal.text.startsWith('@angular/');
        return resolved(literal.text, isAngular ? join(folder, 'any.ts') : importer, mode);
      }),
  });
}

describe('mastodon-rx/angular', () => {
  describe.each(['20', '22'])('with Angular %s', (version) => {
    const folder = folderOf(version);
    // A compiler, on a machine that may be busy.
    it.runIf(existsSync(folder))('compiles', { timeout: 120_000 }, () => {
      const program = programWith(folder);
      const paths = program.getSourceFiles().map(({ fileName }) => fileName);
      const angular = paths.filter((path) => path.includes('/@angular/'));
      expect(angular).not.toEqual([]);
      for (const path of angular) expect(path).toContain(folder);

      const own = program.getSourceFiles().filter(({ fileName }) => /src.angular/.test(fileName));
      expect(own.length).toBeGreaterThan(5);
      expect(own.flatMap((file) => problemsOf(program, file))).toEqual([]);
    });
  });
});
