/** The library as a bundler leaves it for a browser. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** What a page imports, and what that costs it. */
export interface Bundle {
  readonly text: string;
  /** Of the minified text, in bytes. */
  readonly minified: number;
  /** Of the minified text as a server sends it, in bytes. */
  readonly gzipped: number;
  readonly brotli: number;
  /** Of what is loaded only when a stream needs it, after gzip, in bytes. */
  readonly later: number;
  /** How many minified bytes each file has in it, the biggest first. */
  readonly inputs: readonly (readonly [file: string, bytes: number])[];
  /** What is left to import: the peers. */
  readonly imports: readonly string[];
}

/**
 * Bundles and minifies a module for browsers, without rxjs and Angular: they are the page's own. What is
 * loaded on demand is left in files of its own.
 *
 * It is made of `src`, by the conditions of package.json, so that it is never that of an older build.
 */
export async function bundleOf(module: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
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
    external: ['rxjs', '@angular/core'],
    plugins: [asPublished],
    tsconfigRaw: '{}', // this repository's paths are Node's
    logLevel: 'silent',
  });
  const files = new Map(outputFiles.map((file) => [relative(root, file.path), file]));
  const { outputs } = metafile;
  const [entry = ''] =
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>') ?? [];
  const first = withImports(entry, outputs);
  const sizeOf = (names: readonly string[], size: (bytes: Uint8Array) => number): number =>
    names.reduce((sum, name) => sum + size(files.get(name)!.contents), 0);
  const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length;
  return {
    text: first.map((name) => files.get(name)!.text).join('\n'),
    minified: sizeOf(first, ({ length }) => length),
    gzipped: sizeOf(first, gzipped),
    brotli: sizeOf(first, (bytes) => brotliCompressSync(bytes).length),
    later: sizeOf(
      Object.keys(outputs).filter((name) => !first.includes(name)),
      gzipped,
    ),
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

/** A file, and what it imports before anything else happens. */
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

/** Resolves `mastodon-rx` and `#…` as package.json tells a bundler for browsers. */
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
