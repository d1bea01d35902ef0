// The home timeline, and the error that ends it. Shown in docs/01-first-stream.md.
import { createTimelines, MastodonUnauthorizedError, ofType } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token', // or a function, which is called at every connect
  reconnect: true,
});

const subscription = timelines
  .user()
  .pipe(ofType('update', 'notification'))
  .subscribe({
    next: (event) => {
      if (event.type === 'update') console.log(event.payload.account.acct, event.payload.content);
      else console.log(event.payload.type, 'by', event.payload.account.acct);
    },
    error: (error) => {
      // With `reconnect`, only fatal errors arrive here.
      if (error instanceof MastodonUnauthorizedError)
        console.error('Rejected:', error.message); // a token, a scope or a list
      else console.error(error);
    },
  });

process.once('SIGINT', () => subscription.unsubscribe()); // closes the socket at once
