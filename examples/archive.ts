// Archives your home timeline as lines of JSON, and continues where it stopped after a crash, a power cut or
// `kill -9`: nothing is lost, and nothing is stored twice.
//
//   npx tsx examples/archive.ts home.jsonl
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { appendFileSync, closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { createTimelines, cursorOf, ofType, type Cursor, type EventOf } from 'mastodon-rx';
import { server } from './server.ts';

type Archived = EventOf<'update'> | EventOf<'notification'> | EventOf<'caught-up'>;

const file = process.argv[2] ?? 'home.jsonl';
closeSync(openSync(file, 'a'));

// The position is read from the archive itself, so that the two can never disagree. A line that was cut when
// the power failed does not count.
const archive = readFileSync(file);
const whole = archive.subarray(0, archive.lastIndexOf('\n') + 1);
truncateSync(file, whole.length);
const resumeFrom = whole
  .toString()
  .split('\n')
  .filter((line) => line !== '')
  .reduce<Cursor>((cursor, line) => cursorOf(JSON.parse(line) as Archived, cursor), {});

export const subscription = createTimelines(await server())
  .user({ resumeFrom, catchUp: true, reconnect: true })
  .pipe(ofType('update', 'notification', 'caught-up'))
  .subscribe((event) => {
    appendFileSync(file, `${JSON.stringify(event)}\n`);
    if (event.type === 'caught-up') console.log('up to', event.payload.cursor);
    else console.log(event.recovered ? 'missed' : 'live', event.type, event.payload.id);
  });
