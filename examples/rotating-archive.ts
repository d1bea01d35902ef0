// Writes your home timeline as lines of JSON, in files of 10 MB, of which the last ten are kept.
// examples/archive.ts also continues exactly where it stopped.
//
//   npx tsx examples/rotating-archive.ts home [BYTES]
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { appendFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createTimelines, ofType } from 'mastodon-rx';
import { server } from './server.ts';

const [path = 'home', size = '10000000'] = process.argv.slice(2);
const file = `${path}.jsonl`;
const KEPT = 10;

/** The older files of this name in the order of their age: `home.000001.jsonl`, `home.000002.jsonl`. */
const older = (): string[] =>
  readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.`) && /\.\d{6,}\.jsonl$/.test(name))
    .sort();

function rotate(): void {
  const last = Number(older().at(-1)?.split('.').at(-2) ?? 0);
  renameSync(file, `${path}.${String(last + 1).padStart(6, '0')}.jsonl`);
  for (const name of older().slice(0, -KEPT)) rmSync(join(dirname(path), name));
  console.log(`A new file; ${older().length} old ones`);
}

export const subscription = createTimelines(await server())
  .user({ reconnect: true, catchUp: true })
  .pipe(ofType('update', 'status.update', 'delete', 'notification'))
  .subscribe((event) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`;
    const full = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) + Buffer.byteLength(line);
    // A line is never cut in two, and the first is written at any length.
    if (full > Number(size) && full > Buffer.byteLength(line)) rotate();
    appendFileSync(file, line);
    console.log(`Written: ${event.type}`);
  });
