/** The library as a bundler leaves it for a browser. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** What a page imports, and what that costs it. */
export interface Bundle {
  /** What is loaded at once. */
  readonly text: string;
  /** Of that, minified, in bytes. */
  readonly minified: number;
  /** Of that, as a server sends it, in bytes: in one file, as it is where a bundler makes one of it and the app. */
  readonly gzipped: number;
  readonly brotli: number;
  /** The same in the files that esbuild makes of it, which know nothing of each other's words. */
  readonly split: number;
  /** What is loaded with the first stream. */
  readonly laterText: string;
  /** Of that, after gzip, in bytes. */
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
 * The files of a page with all that it takes, by path; `/bundle.js` is the one to begin with. What it imports
 * for what that does (Angular's compiler, say) is there, whatever its package claims.
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
    tsconfigRaw: '{}', // this repository's paths are Node's
    logLevel: 'silent',
  });

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
