/** The built package in a project with only its dependencies, without optional peers. `npm test` builds the package. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { project } from '../helpers/project.ts';

const PROGRAM = `
import { createTimelines, ofType } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { firstValueFrom } from 'rxjs';

const server = await startFakeMastodon();
const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
const first = firstValueFrom(timelines.user().pipe(ofType('update')));
await server.waitForConnections();
server.post({ content: 'Hello' });
console.log((await first).payload.content);
await server.close();
`;

it('streams from the fake Mastodon, and starts the demo, without ws', async () => {
  const cwd = project();
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd });
  expect((await run('--input-type=module', '--eval', PROGRAM)).stdout).toBe('Hello\n');
  const bin = join(cwd, 'node_modules/mastodon-rx/dist/cli/bin.js');
  expect((await run(bin, '--count', '1')).stdout).toContain('connected: user');
}, 60_000);
