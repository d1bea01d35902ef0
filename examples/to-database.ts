// Writes the public timeline to a database that may be slower than the timeline: waiting posts are
// written in batches, and their number is bounded. It is Postgres, in this process (PGlite); `query` is the same
// with node-postgres.
//
//   npx tsx examples/to-database.ts [FOLDER]
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { PGlite } from '@electric-sql/pglite';
import { boundedMergeMap, createTimelines, ofType, type EventOf } from 'mastodon-rx';
import { bufferTime, filter } from 'rxjs';
import { server } from './server.ts';

type Change = EventOf<'update'> | EventOf<'status.update'> | EventOf<'delete'>;

export const database = await PGlite.create(process.argv[2] ?? 'memory://');
await database.exec('create table if not exists posts (id text primary key, post jsonb)');

/** One transaction for all of them, in their order: a delete after its post, an edit after it. */
const write = (changes: readonly Change[]): Promise<number> =>
  database.transaction(async (transaction) => {
    for (const { type, payload } of changes) {
      if (type === 'delete') {
        await transaction.query('delete from posts where id = $1', [payload]);
      } else {
        await transaction.query(
          `insert into posts values ($1, $2)
           on conflict (id) do update set post = excluded.post`,
          [payload.id, payload],
        );
      }
    }
    return changes.length;
  });

export const subscription = createTimelines(await server())
  .public({ reconnect: true, catchUp: true })
  .pipe(
    ofType('update', 'status.update', 'delete'),
    bufferTime(500, undefined, 100),
    filter((changes) => changes.length > 0),
    // One batch at a time, to keep the order. A thousand batches may wait; more are an error, which is printed.
    boundedMergeMap(write, { concurrency: 1, capacity: 1_000 }),
  )
  .subscribe({
    next: (count) => console.log(`Written: ${count}`),
    error: (error: unknown) => console.error(error),
  });
