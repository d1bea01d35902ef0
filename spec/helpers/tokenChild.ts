/** A program that uses the library and catches no error, so that its output is that of a log. */
import { createTimelines, type TimelinesConfig } from 'mastodon-rx';

const [task = '', json = '{}'] = process.argv.slice(2);
const { carried, ...config } = JSON.parse(json) as TimelinesConfig & { carried?: object };

if (carried) {
  config.accessToken = () => {
    throw Object.assign(new Error('refused'), carried);
  };
}

const timelines = createTimelines(config);

if (task === 'look') {
  await timelines.isHealthy();
  const subscription = timelines.user().subscribe(({ type }) => {
    if (type === 'connected') subscription.unsubscribe();
  });
} else {
  timelines.user().subscribe();
}
