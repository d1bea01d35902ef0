/** A program that prints the events of a stream, one line of JSON for each, and how it ends. */
import { createTimelines, type TimelinesConfig } from 'mastodon-rx';

const config = JSON.parse(process.argv[2] ?? '{}') as TimelinesConfig;

createTimelines(config)
  .public()
  .subscribe({
    next: ({ type, payload }) => console.log(JSON.stringify([type, payload])),
    error: (error: unknown) => {
      console.log(JSON.stringify(['error', error]));
      process.exit();
    },
  });
