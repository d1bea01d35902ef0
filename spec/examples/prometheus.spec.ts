/** The metrics of examples/prometheus.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';

const example = fileURLToPath(new URL('../../examples/prometheus.ts', import.meta.url));

it(
  'prometheus.ts reports the state of the stream in the format of Prometheus',
  { timeout: 60_000 },
  async () => {
    const server = await fake();
    const child = spawn(process.execPath, ['--import', 'tsx', example, '0'], {
      env: { ...process.env, MASTODON_URL: server.url, MASTODON_TOKEN: server.token },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await server.waitForConnections();
    server.post();
    server.publish('user', { event: 'we"ird\u0007', payload: '1' });

    let text = '';
    while (!text.includes('type="update"} 1') || !text.includes('type="unknown"} 1')) {
      const { body } = await request(url);
      text = await body.text();
    }
    const lines = text.trimEnd().split('\n');
    const sample = /^mastodon_\w+(\{type="[^"\n]*"\})? \d+(\.\d+)?$/;
    expect(lines.filter((each) => !sample.test(each) && !each.startsWith('# TYPE '))).toEqual([]);
    expect(text).toMatch(/^mastodon_lag_seconds_count 1$/m);
    expect((await request(url.replace('/metrics', '/'))).statusCode).toBe(404);
  },
);
