/** The library as a bundler leaves it for a browser. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** What a page imports, and what that costs it. */
export interface Bundle {
  readonly text: string;
  /** Of the minified text, in bytes. */
  readonly minified: number;
  /** Of the minified text as a server sends it, in bytes. */
  readonly gzipped: number;
  readonly brotli: number;
  /** How many minified bytes each file has in it, the biggest first. */
  readonly inputs: readonly (readonly [file: string, bytes: number])[];
  /** What is left to import: the peers. */
  readonly imports: readonly string[];
}

/**
 * Bundles and minifies a module for browsers, without rxjs and Angular: they are the page's own.
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
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outfile: 'bundle.js',
    external: ['rxjs', '@angular/core'],
    plugins: [asPublished],
    tsconfigRaw: '{}', // this repository's paths are Node's
    logLevel: 'silent',
  });
  const [{ text, contents }] = outputFiles as [(typeof outputFiles)[0]];
  const { inputs, imports } = Object.values(metafile.outputs)[0]!;
  return {
    text,
    minified: contents.length,
    gzipped: gzipSync(contents, { level: 9 }).length,
    brotli: brotliCompressSync(contents).length,
    inputs: Object.entries(inputs)
      .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
      .filter(([, bytes]) => bytes > 0)
      .sort(([, a], [, b]) => b - a),
    imports: imports.map(({ path }) => path),
  };
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
