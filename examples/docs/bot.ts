// Prints each post once, whatever happens to the server or to the program. Shown in docs/01-first-stream.md.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createTimelines, cursorOf } from 'mastodon-rx';

const { MASTODON_URL = 'http://127.0.0.1:3000', MASTODON_TOKEN = 'demo' } = process.env;
const timelines = createTimelines({
  baseUrl: MASTODON_URL,
  accessToken: MASTODON_TOKEN,
  reconnect: true, // reconnects when the connection is lost
  catchUp: true, // and fetches the posts of the meantime
});

const file = 'cursor.json'; // the bot's position
let cursor = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};

timelines.user({ resumeFrom: cursor }).subscribe({
  next: (event) => {
    if (event.type === 'connected') console.log('connected to', MASTODON_URL);
    if (event.type === 'update') {
      const { account, content } = event.payload;
      console.log(event.recovered ? 'missed:' : 'live:', account.acct, content);
    }
    // Handle the event first, then store the position. The second file prevents a half-written one.
    cursor = cursorOf(event, cursor);
    writeFileSync(`${file}.new`, JSON.stringify(cursor));
    renameSync(`${file}.new`, file);
  },
  // With `reconnect`, only fatal errors end the stream: a revoked token, for example.
  error: (error) => console.error(error.message),
});
