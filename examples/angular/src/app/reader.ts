import { Component, inject, signal } from '@angular/core';
import { provideTimelines } from 'mastodon-rx/angular';
import type { Choice } from './choices';
import { Feed } from './feed';
import { Notices } from './notices';
import { Picker } from './picker';
import { Session } from './session';

/** One account's timelines: a client of its own, made anew with the component. */
@Component({
  selector: 'app-reader',
  imports: [Feed, Notices, Picker],
  providers: [
    provideTimelines(() => {
      const account = inject(Session).account();
      return {
        baseUrl: account?.server ?? '',
        accessToken: account?.token,
        reconnect: true,
        catchUp: true,
      };
    }),
  ],
  template: `
    <header class="top">
      <h1>Timelines</h1>
      <span class="server">{{ host }}</span>
      <button type="button" class="quiet" (click)="session.end()">Leave</button>
    </header>
    <div class="columns">
      <app-picker [(choice)]="choice" />
      <main>
        <!-- Another timeline is another component: the old one closes its connection as it goes. -->
        @for (each of [choice()]; track each.kind + each.argument) {
          @if (each.kind === 'notification') {
            <app-notices />
          } @else {
            <app-feed [choice]="each" />
          }
        }
      </main>
    </div>
  `,
})
export class Reader {
  readonly session = inject(Session);
  readonly host = new URL(this.session.account()?.server ?? '').host;
  readonly choice = signal<Choice>({ kind: 'user', argument: '' });
}
