// Counts posts, and shares the work with all other processes of this program.
import { ackAfter, fromJetStream, subjectOf } from 'mastodon-rx/jetstream';
import { fromEvent, map, merge, of, retry, takeUntil } from 'rxjs';
import { connectToNats, printEverySecond } from './connect.ts';

const { nc, js } = await connectToNats();
const posts$ = fromJetStream(js, {
  consumer: 'counter',
  filterSubject: subjectOf({ type: 'update' }),
  startFrom: 'all',
  ackWait: 5_000,
});
let count = 0;
let again = 0;
printEverySecond(() => `${count} counted, ${again} of them delivered before`);

posts$
  .pipe(
    ackAfter(({ redelivered }) => of(redelivered), { concurrency: 16 }),
    map((redelivered) => {
      count++;
      if (redelivered) again++;
    }),
    retry({ delay: 1_000 }),
    takeUntil(merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'))),
  )
  .subscribe({ complete: () => void nc.drain() });
