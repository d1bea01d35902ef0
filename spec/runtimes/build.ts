/** Builds the scenario for the runtimes: as JavaScript modules, and as a Cloudflare worker. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transformSync } from 'esbuild';

/** Writes `program.js` and `scenario.js` into a project. */
export function writeProgram(cwd: string): void {
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  for (const name of ['program', 'scenario']) {
    const source = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8');
    const { code } = transformSync(source, { loader: 'ts' });
    writeFileSync(join(cwd, `${name}.js`), code.replace('./scenario.ts', './scenario.js'));
  }
}

/**
 * Bundles a worker that runs the scenario once and logs its reports, like wrangler; returns the arguments
 * with which `workerd` runs it.
 */
export async function workerConfig(
  config: string,
  cwd: string,
  compatibilityDate: string,
): Promise<readonly string[]> {
  const file = (name: string): string => join(cwd, name);
  await build({
    stdin: {
      contents: `
        import * as library from 'mastodon-rx';
        import { scenario } from './scenario.js';
        export default {
          async test() {
            await scenario(library, ${config}, (line) => console.log(JSON.stringify(line)));
          },
        };`,
      resolveDir: cwd,
    },
    outfile: file('worker.js'),
    ...{ bundle: true, format: 'esm', conditions: ['workerd', 'worker', 'browser'] },
  });
  writeFileSync(
    file('config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "${compatibilityDate}",
    )),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
);`,
  );
  return ['test', file('config.capnp')];
}
