#!/usr/bin/env node
/** `npm start`, and `mastodon-rx` where the package is installed. */
const ending = new AbortController();
// Once: who presses Ctrl-C again does not want to wait.
process.once('SIGINT', () => ending.abort());
process.once('SIGTERM', () => ending.abort());

const { argv, env, stdout, stderr } = process;
// What is written last may find the pipe closed when nobody listens any more.
for (const output of [stdout, stderr]) output.on('error', () => undefined);

// Loaded only now, so that Ctrl-C is heard while it loads.
const { run } = await import('./main.ts');
process.exitCode = await run({
  argv: argv.slice(2),
  env,
  stdout,
  stderr,
  signal: ending.signal,
});
