// An app's providers, with a fake Mastodon in the page. Shown in docs/angular.md.
import { provideBrowserGlobalErrorListeners, type ApplicationConfig } from '@angular/core';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';

const server = createFakeMastodon();
let number = 0;
const post = () => server.post({ account: { acct: 'ada' }, content: `<p>Post ${++number}</p>` });
while (number < 200) post();
setInterval(post, 2_000);
setInterval(() => {
  server.stop();
  setTimeout(() => server.start(), 6_000);
}, 20_000);

export const appConfig: ApplicationConfig = {
  providers: [provideBrowserGlobalErrorListeners(), provideFakeTimelines(server)],
};
