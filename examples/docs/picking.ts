// The pictures of two tags. Shown in docs/02-events-and-entities.md.
import { createTimelines, ofType } from 'mastodon-rx';
import { filter, map, merge } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});

const pictures$ = merge(timelines.hashtag('caturday'), timelines.hashtag('fotovorschlag')).pipe(
  ofType('update'), // payload is a Status from here on
  map(({ payload }) => payload),
  filter((status) => status.media_attachments.length > 0),
);
pictures$.subscribe((status) => console.log(status.url));
