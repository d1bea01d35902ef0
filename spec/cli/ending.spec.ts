import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { Screen, start } from './terminal.ts';

/** The resources that keep the process alive; those of other tests are included, except in the first test of this file. */
const resources = (kind: RegExp): string[] =>
  process.getActiveResourcesInfo().filter((name) => kind.test(name));

describe('the program ends', () => {
  it('at the signal at once, and leaves nothing behind', async () => {
    const { length: timersOfVitest } = resources(/^Timeout$/);
    const { stdout, stderr, status, stop } = start([]);
    await stdout.until(/Mira Okafor/);
    stop();
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    await setImmediate(); // libuv releases closed handles at the end of its turn
    expect(resources(/^TCP/)).toEqual([]);
    expect(resources(/^Timeout$/).length).toBeLessThanOrEqual(timersOfVitest);
  });

  it('at the signal at once during the wait for a retry', async () => {
    const server = await fake();
    server.failNext(503, { 'Retry-After': '3600' });
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout, status, stop } = start([], { env });
    await stdout.until(/next try in 60\.0 min/);
    stop();
    expect(await status).toBe(0);
    await server.waitForClosedSockets();
  });

  it('without opening a connection if the signal came before', async () => {
    const server = await fake();
    const env = { MASTODON_URL: server.url, MASTODON_TOKEN: server.token };
    const { stdout, status, stop } = start([], { env });
    stop();
    expect(await status).toBe(0);
    expect(stdout.text).not.toContain('connected');
    await server.waitForClosedSockets();
  });

  it.each([
    ['a terminal', true, '\n'],
    ['a pipe', false, ''],
  ])('on %s with at most a line end', async (_where, isTTY, end) => {
    const { stdout, status, stop } = start([], { stdout: new Screen({ isTTY }) });
    const before = await stdout.until(/Mira Okafor/);
    stop();
    expect(await status).toBe(0);
    expect(stdout.text).toBe(before + end);
  });

  it.each([
    ['EPIPE', 0, /^$/],
    ['ENOSPC', 1, /^The output cannot be written \(ENOSPC\)\.\n$/],
  ])('when its output fails with %s, with status %i', async (code, expected, said) => {
    const stdout = new Screen();
    const { stderr, status } = start([], { stdout });
    await stdout.until(/connected/);
    stdout.destroy(Object.assign(new Error('write'), { code }));
    expect(await status).toBe(expected);
    expect(stderr.text).toMatch(said);
  });

  it('with an error message if even the help cannot be written', async () => {
    const stdout = new Screen();
    stdout.on('error', () => undefined); // like the program
    stdout._write = (_text, _encoding, done) =>
      done(Object.assign(new Error(), { code: 'ENOSPC' }));
    const { stderr, status } = start(['--help'], { stdout });
    expect(await status).toBe(1);
    expect(stderr.text).toBe('The output cannot be written (ENOSPC).\n');
  });
});
