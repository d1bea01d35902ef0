// Notifications in groups. Shown in docs/angular.md.
import { Component } from '@angular/core';
import { injectNotifications, injectTimelines } from 'mastodon-rx/angular';

@Component({
  selector: 'app-notifications',
  template: `
    @for (group of live.notifications(); track group.group_key) {
      <p>{{ group.type }} × {{ group.notifications_count }}: {{ group.accounts[0]?.acct }} …</p>
    }
    @if (live.hasOlder()) {
      <button [disabled]="live.isLoadingOlder()" (click)="live.loadOlder()">Show older</button>
    }
  `,
})
export class Notifications {
  readonly live = injectNotifications(injectTimelines().userNotification({ backfill: 40 }), {
    group: true,
  });
}
