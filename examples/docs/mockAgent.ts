import { createTimelines } from 'mastodon-rx';
import { MockAgent } from 'undici';

const dispatcher = new MockAgent();
dispatcher.disableNetConnect();
const timelines = createTimelines({ baseUrl: 'https://mastodon.example', dispatcher });

timelines.public().subscribe({ error: (error: unknown) => console.log(String(error)) });
