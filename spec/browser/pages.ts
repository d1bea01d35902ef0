/** Pages of a spec's own, as a server and a bundler give them to a browser. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Bundles a file of `spec` for a page. It finds the library as package.json tells it: in `dist`. */
export async function scriptOf(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(root, 'spec', file)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    ignoreAnnotations: true, // else Angular's compiler, imported for what it does, is left out
    tsconfigRaw: '{}', // this repository's paths are Node's
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** Serves these pages and scripts by their paths until the test ends; returns where. */
export async function serve(files: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://127.0.0.1').pathname;
    const text = files[path];
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
