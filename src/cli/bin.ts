#!/usr/bin/env node
/** Runs the command line, as `npm start` or as `mastodon-rx` if the package is installed. */
const ending = new AbortController();
// Once: a second Ctrl-C ends the process at once.
process.once('SIGINT', () => ending.abort());
process.once('SIGTERM', () => ending.abort());

const { argv, env, stdout, stderr } = process;
// The last write may find the pipe closed when no listener is left.
for (const output of [stdout, stderr]) output.on('error', () => undefined);

// Loaded after that, so that Ctrl-C works while it loads.
const { run } = await import('./main.ts');
process.exitCode = await run({
  argv: argv.slice(2),
  env,
  stdout,
  stderr,
  signal: ending.signal,
});
