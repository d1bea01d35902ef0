import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Demo } from './demo';
import { Session } from './session';
import { SignIn } from './sign-in';
import { SignedIn } from './signed-in';

@Component({
  selector: 'app-root',
  imports: [Demo, SignIn, SignedIn],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (session.mode()) {
      @case ('demo') {
        <!-- The fake Mastodon is loaded only for the demo. -->
        @defer (on immediate) {
          <app-demo />
        } @placeholder {
          <p class="empty" role="status">The demo is loading.</p>
        } @error {
          <p class="empty" role="alert">The demo could not be loaded.</p>
        }
      }
      @case ('account') {
        <app-signed-in />
      }
      @default {
        <app-sign-in />
      }
    }
  `,
})
export class App {
  readonly session = inject(Session);
}
