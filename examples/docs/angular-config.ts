// An app's providers, with a real server. Shown in docs/angular.md.
import { provideBrowserGlobalErrorListeners, type ApplicationConfig } from '@angular/core';
import { provideTimelines } from 'mastodon-rx/angular';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideTimelines({ baseUrl: 'https://mastodon.social', accessToken: 'your token' }),
  ],
};
