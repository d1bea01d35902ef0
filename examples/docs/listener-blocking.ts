// Waits until the stream ends. Shown in docs/listener-classes.md.
import { createTimelines, toListener } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
try {
  await toListener(timelines.user(), { onDelete: (id) => console.log(id) }).done;
} catch (error) {
  console.error('The stream is over', error);
}
