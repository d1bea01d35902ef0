// Streams the timelines of its group until Ctrl-C or SIGTERM; then another ingester takes over at once.
//
//   npx tsx examples/scale-out/ingester.ts a
import { runIngester } from 'mastodon-rx/jetstream';
import { fromEvent, merge, takeUntil } from 'rxjs';
import { connectToNats, printEverySecond } from './connect.ts';

const { nc, js } = await connectToNats();
const group = process.argv[2] ?? 'a';
let stored = 0;
let duplicates = 0;
printEverySecond(() => `${stored} published, ${duplicates} of them stored before`);

runIngester(js, {
  group,
  credentials: { example: process.env['MASTODON_TOKEN'] ?? 'example-token' },
})
  .pipe(takeUntil(merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'))))
  .subscribe({
    next: (event) => {
      if (event.type === 'stored') {
        stored++;
        if (event.duplicate) duplicates++;
      } else if (event.type === 'connection') {
        console.log(event.event.type, JSON.stringify(event.assignment.timeline));
      } else if (event.type === 'failed') {
        console.log(`${event.error.name}: ${event.error.message}`);
      } else {
        console.log(event.type);
      }
    },
    error: (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      void nc.close();
    },
    complete: () => void nc.drain(),
  });
