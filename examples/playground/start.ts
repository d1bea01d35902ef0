/** `npm run playground`: serves index.html through Vite. The Mastodon runs in the page. */
import { createServer } from 'vite';

const app = await createServer({ configFile: false, root: import.meta.dirname });
await app.listen();
app.printUrls();
