import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import type { Choice } from './choices';
import { Conversations } from './conversations';
import { Notices } from './notices';
import { Picker } from './picker';
import { Posts } from './posts';
import { Session } from './session';

/** The timelines of the client that a parent provides, one at a time. */
@Component({
  selector: 'app-reader',
  imports: [Conversations, Notices, Picker, Posts],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header class="top">
      <h1>Timelines</h1>
      <span class="server">{{ host() }}</span>
      <button type="button" class="quiet" (click)="session.end()">Leave</button>
    </header>
    <div class="columns">
      <app-picker [(choice)]="choice" />
      <main>
        <!-- Another timeline is another component: the old one closes its connection when it is destroyed. -->
        @for (each of [choice()]; track each.kind + each.argument) {
          @switch (each.kind) {
            @case ('notification') {
              <app-notices />
            }
            @case ('direct') {
              <app-conversations />
            }
            @default {
              <app-posts [choice]="each" />
            }
          }
        }
      </main>
    </div>
  `,
})
export class Reader {
  readonly host = input.required<string>();
  readonly session = inject(Session);
  readonly choice = signal<Choice>({ kind: 'user', argument: '' });
}
