// Functions in place of a class. Shown in docs/listener-classes.md.
import { CallbackStreamListener, createTimelines, toListener } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});

toListener(timelines.user(), { onDelete: (id) => console.log(id) });

const listener = new CallbackStreamListener({
  onUpdate: (status) => console.log(status.content),
  onLocalUpdate: (status) => console.log('one of us:', status.account.acct),
});
toListener(timelines.public(), listener);
