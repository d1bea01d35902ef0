// Each step of each connection. Shown in docs/watching.md.
import { subscribe } from 'node:diagnostics_channel';
import { createTimelines, type ConnectionMessage } from 'mastodon-rx';

subscribe('mastodon-rx:connection', (message) => {
  const { state, stream, attempt } = message as ConnectionMessage;
  console.log(stream.join(':'), state, attempt);
});

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
timelines.user({ reconnect: true }).subscribe();
