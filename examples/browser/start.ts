/** `npm run browser`: starts a fake Mastodon, and serves index.html through Vite. */
import { startFakeMastodon } from 'mastodon-rx/testing';
import { createServer } from 'vite';
import { furnish, lifeOn } from '../angular/demo/life.ts';

const server = await startFakeMastodon({ port: 4100, token: 'demo' });
furnish(server);
lifeOn(server).subscribe();

const app = await createServer({ configFile: false, root: import.meta.dirname });
await app.listen();
app.printUrls();
