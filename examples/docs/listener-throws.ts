// Receives the errors of handlers that throw. Shown in docs/listener-classes.md.
import { createTimelines, toListener } from 'mastodon-rx';
import { config } from 'rxjs';

config.onUnhandledError = (error: Error) => {
  console.error(error.message, error.cause); // 'onUpdate failed at the event "update"'
};

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const onUpdate = (): never => {
  throw new Error('The database is full');
};
toListener(timelines.user({ reconnect: true }), { onUpdate });
