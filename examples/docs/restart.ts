// Continues where its last run ended. Shown in docs/05-what-is-promised.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createTimelines, cursorOf, type Cursor } from 'mastodon-rx';

const file = 'cursor.json';
let cursor = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Cursor) : {};

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
  catchUp: true,
});
timelines.user({ resumeFrom: cursor }).subscribe((event) => {
  // Handle the event first, and store the cursor together with the result.
  console.log(event.type);
  cursor = cursorOf(event, cursor);
  writeFileSync(file, JSON.stringify(cursor));
});
