// Each step of each connection. Shown in docs/watching.md.
import { subscribe } from 'node:diagnostics_channel';
import { createTimelines, type DiagnosticsConnectionMessage } from 'mastodon-rx';

subscribe('mastodon-rx:connection', (message) => {
  const { status, stream, attempt } = message as DiagnosticsConnectionMessage;
  console.log(stream.join(':'), status, attempt);
});

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
timelines.user({ reconnect: true }).subscribe();
