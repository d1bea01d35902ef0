// A wall of the newest pictures, on a page: http://127.0.0.1:8080/
//
//   npx tsx examples/media-wall.ts [PORT]
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTimelines, toTimeline, type Status } from 'mastodon-rx';
import { server } from './server.ts';

let posts: readonly Status[] = [];

// A deleted picture leaves the wall, and a sensitive one is never shown.
export const subscription = createTimelines(await server())
  .public({ onlyMedia: true, reconnect: true, catchUp: true })
  .pipe(toTimeline({ limit: 60 }))
  .subscribe((newest) => (posts = newest.filter(({ sensitive }) => !sensitive)));

/** Escapes text of other people. */
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function wall(): string {
  const pictures = posts
    .flatMap(({ media_attachments: media }) => media)
    .filter(({ type, preview_url: preview }) => type === 'image' && preview)
    .map(({ preview_url: preview, description }) => {
      const alt = escaped(description ?? '');
      return `<img src="${escaped(preview ?? '')}" alt="${alt}" title="${alt}" height="200">`;
    });
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Media wall</title>
${pictures.join('\n')}
`;
}

export const page = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(wall());
}).listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(page.address() as AddressInfo).port}/`);
});
