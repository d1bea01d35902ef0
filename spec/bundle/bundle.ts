/** Bundles the library for a browser. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** The files of a page, and their sizes. */
export interface Bundle {
  /** The files that are loaded at once. */
  readonly text: string;
  /** Their size, minified, in bytes. */
  readonly minified: number;
  /** Their size after gzip, in bytes: in one file, like in a bundle with the app. */
  readonly gzipped: number;
  readonly brotli: number;
  /** Their size after gzip in the separate files of esbuild, each of which is compressed separately. */
  readonly split: number;
  /** The files that are loaded with the first stream. */
  readonly laterText: string;
  /** Their size after gzip, in bytes. */
  readonly later: number;
  /** The minified bytes of each source file, the largest first. */
  readonly inputs: readonly (readonly [file: string, bytes: number])[];
  /** The imports that remain: the peers. */
  readonly imports: readonly string[];
}

/**
 * Bundles and minifies a module for browsers, without rxjs and Angular, which the page has itself. Files
 * that are loaded on demand stay separate.
 *
 * It uses `src`, with the conditions of package.json, so that no older build is measured.
 */
export async function bundleOf(module: string): Promise<Bundle> {
  const { outputFiles, metafile } = await built(module, { external: ['rxjs', '@angular/core'] });
  const files = new Map(outputFiles.map((file) => [relative(root, file.path), file]));
  const { outputs } = metafile;
  const [entry = ''] =
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>') ?? [];
  const first = withImports(entry, outputs);
  const others = Object.keys(outputs).filter((name) => !first.includes(name));
  const textOf = (names: readonly string[]): string =>
    names.map((name) => files.get(name)!.text).join('\n');
  const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;
  const text = textOf(first);
  const laterText = textOf(others);
  return {
    text,
    minified: Buffer.byteLength(text),
    gzipped: gzipped(text),
    brotli: brotliCompressSync(text).length,
    split: first.reduce((sum, name) => sum + gzipped(textOf([name])), 0),
    laterText,
    later: gzipped(laterText),
    inputs: first
      .flatMap((name) => Object.entries(outputs[name]!.inputs))
      .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
      .filter(([, bytes]) => bytes > 0)
      .sort(([, a], [, b]) => b - a),
    imports: Object.values(outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external }) => external)
      .map(({ path }) => path),
  };
}

/**
 * The files of a page with all their imports, by path; `/bundle.js` is the first. Imports for side effects
 * (Angular's compiler, for example) are kept, even if their package claims to have none.
 */
export async function filesOf(module: string): Promise<Readonly<Record<string, string>>> {
  const { outputFiles } = await built(module, { ignoreAnnotations: true });
  return Object.fromEntries(
    outputFiles.map(({ path, text }) => [`/${relative(root, path)}`, text] as const),
  );
}

const built = (
  module: string,
  options: Readonly<{ external?: string[]; ignoreAnnotations?: boolean }>,
) =>
  build({
    stdin: { contents: module, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outdir: root,
    entryNames: 'bundle',
    ...options,
    plugins: [asPublished],
    tsconfigRaw: '{}', // this repository's paths are for Node
    logLevel: 'silent',
  });

/** A file, and its static imports. */
function withImports(name: string, outputs: Metafile['outputs']): string[] {
  const names = new Set([name]);
  for (const each of names) {
    for (const { path, kind, external } of outputs[each]!.imports) {
      if (kind === 'import-statement' && !external) names.add(path);
    }
  }
  return [...names];
}

interface Package {
  readonly imports: Readonly<Record<string, { readonly browser: string }>>;
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
}

/** Resolves `mastodon-rx` and `#…` like a bundler for browsers, through package.json. */
const asPublished: Plugin = {
  name: 'as-published',
  setup: (build) => {
    const { imports, exports } = JSON.parse(
      readFileSync(resolve(root, 'package.json'), 'utf8'),
    ) as Package;
    const sourceOf = (path: string | undefined): string =>
      resolve(root, path!.replace('./dist/', './src/').replace(/\.js$/, '.ts'));

    build.onResolve({ filter: /^#/ }, ({ path }) => ({ path: sourceOf(imports[path]?.browser) }));
    build.onResolve({ filter: /^mastodon-rx(\/|$)/ }, ({ path }) => ({
      path: sourceOf(exports[path.replace('mastodon-rx', '.')]?.default),
    }));
  },
};
