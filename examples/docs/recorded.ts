// The events of a recorded stream: curl -N … > recorded.sse. Shown in docs/02-events-and-entities.md.
import { createReadStream } from 'node:fs';
import { decodeEvents, sse } from 'mastodon-rx';
import { from } from 'rxjs';

const bytes$ = from(createReadStream('recorded.sse') as AsyncIterable<Uint8Array>);
bytes$
  .pipe(sse(), decodeEvents({ stream: ['user'] }))
  .subscribe((event) => console.log(event.type));
