/** The built program in a process of its own; `npm test` builds it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const env = { ...process.env, MASTODON_URL: '', MASTODON_TOKEN: '' };

const spawned = (command: string, args: readonly string[]) => {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  return {
    child,
    ended,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    async until(text: string): Promise<void> {
      while (!stdout.includes(text)) {
        await Promise.race([
          once(child.stdout, 'data'),
          ended.then(() => Promise.reject(new Error(`It ended: ${stdout}${stderr}`))),
        ]);
      }
    },
  };
};

describe('the program', () => {
  it('is started with only its own output on stdout: progress goes to stderr', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
    expect(scripts['prestart']).toMatch(/^echo Compiling >&2 /);
  });

  it('exists after the build', () => {
    expect(existsSync(bin), 'npm run build').toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with status 0 at %s, without a message',
    async (signal) => {
      const program = spawned(process.execPath, [bin]);
      await program.until('Mira Okafor');
      program.child.kill(signal);
      expect(await program.ended).toEqual([0, null]);
      expect(program.stderr).toBe('');
    },
  );

  it('ends with status 0 when its output pipe is closed', async () => {
    const script = `"${process.execPath}" "${bin}" --speed 20 --json | head -n 3; echo "\${PIPESTATUS[0]}"`;
    const shell = spawned('bash', ['-c', script]);
    expect(await shell.ended).toEqual([0, null]);
    const lines = shell.stdout.trim().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(0, 3)) expect(JSON.parse(line)).toHaveProperty('type');
    expect(lines[3]).toBe('0');
    expect(shell.stderr).toMatch(/^This is the built-in demo server[^\n]*\n\n$/);
  });

  it('prints no stack trace for an invalid command line', async () => {
    const program = spawned(process.execPath, [bin, 'pubic']);
    expect(await program.ended).toEqual([1, null]);
    expect(program.stdout).toBe('');
    expect(program.stderr).toMatch(/^Unknown timeline "pubic"[^\n]*\n$/);
  });

  it('ends when a recording ends', async () => {
    const file = fileURLToPath(new URL('../fixtures/user.raw.http', import.meta.url));
    const program = spawned(process.execPath, [bin, '--replay', file]);
    expect(await program.ended).toEqual([0, null]);
    expect(program.stdout).toContain('The server announces');
    expect(program.stderr).toBe('');
  });
});
