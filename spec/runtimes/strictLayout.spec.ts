/** Strict layouts (pnpm, links): a project can import its own dependencies, and not those of its dependencies. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { folder } from '../helpers/programs.ts';

const root = join(import.meta.dirname, '../..');

/** A library that exports values inferred from this one's codecs and streams. */
const LIBRARY = `
import { createTimelines, toTimeline } from 'mastodon-rx';
import { Account, Notification, Status } from 'mastodon-rx/entities';

export const isStatus = Status.is;
export const decode = Status.decode;
export const read = (json: unknown) => Status.decode(json);
export const codecs = { Account, Notification };
export const timelines = createTimelines({ baseUrl: 'https://mastodon.social' });
export const home$ = timelines.user({ reconnect: true });
export const list$ = home$.pipe(toTimeline());
`;

it(
  'a library can export what it infers, with declarations, without io-ts of its own',
  { timeout: 120_000 },
  () => {
    const cwd = folder();
    const modules = join(cwd, 'node_modules');
    const own = join(modules, 'mastodon-rx/node_modules');
    mkdirSync(own, { recursive: true });
    cpSync(join(root, 'package.json'), join(modules, 'mastodon-rx/package.json'));
    // `npm test` compiles without declarations.
    const outDir = join(modules, 'mastodon-rx/dist');
    const build = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', outDir];
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...build], {
      cwd: root,
    });
    for (const name of ['eventsource-parser', 'fp-ts', 'io-ts', 'undici']) {
      symlinkSync(join(root, 'node_modules', name), join(own, name));
    }
    symlinkSync(join(root, 'node_modules/rxjs'), join(modules, 'rxjs'));
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(cwd, 'library.ts'), LIBRARY);

    const files: Record<string, string> = {};
    const program = ts.createProgram([join(cwd, 'library.ts')], {
      ...{ strict: true, declaration: true, outDir: join(cwd, 'out'), types: [] },
      ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 },
      lib: [
        'lib.es2022.d.ts',
        'lib.dom.d.ts',
        'lib.dom.iterable.d.ts',
        'lib.esnext.disposable.d.ts',
      ],
    });
    const { diagnostics } = program.emit(undefined, (name, text) => (files[name] = text));
    const messages = [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
    expect(messages).toEqual([]);
    expect(files[join(cwd, 'out/library.d.ts')]).toContain(
      'isStatus: (value: unknown) => value is Status',
    );
  },
);
