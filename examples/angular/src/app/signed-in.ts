import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { provideTimelines } from 'mastodon-rx/angular';
import { POLICIES } from './policies';
import { Reader } from './reader';
import { Session } from './session';

/** A server's timelines for one account; the client is created with the component. */
@Component({
  selector: 'app-signed-in',
  imports: [Reader],
  providers: [
    provideTimelines(() => {
      const { server = '', token } = inject(Session).account() ?? {};
      return { baseUrl: server, accessToken: token, ...POLICIES };
    }),
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<app-reader [host]="host" />`,
})
export class SignedIn {
  readonly host = new URL(inject(Session).account()?.server ?? '').host;
}
