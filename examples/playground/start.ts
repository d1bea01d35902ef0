/** `npm run playground`: index.html, through Vite. The Mastodon is in the page. */
import { createServer } from 'vite';

const app = await createServer({ configFile: false, root: import.meta.dirname });
await app.listen();
app.printUrls();
