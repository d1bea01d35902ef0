// A client for the user who is logged in. Shown in docs/angular.md.
import { inject, InjectionToken } from '@angular/core';
import { provideTimelines } from 'mastodon-rx/angular';

const SESSION = new InjectionToken<{ server: string; token: () => string }>('session');

provideTimelines(() => {
  const session = inject(SESSION);
  return { baseUrl: session.server, accessToken: () => session.token() };
});
