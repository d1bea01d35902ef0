import { ChangeDetectionStrategy, Component } from '@angular/core';
import { hideFiltered, type NotificationGroup } from 'mastodon-rx';
import { injectNotifications, injectTimelines } from 'mastodon-rx/angular';
import { wayOf } from './choices';
import { Feed } from './feed';
import { FeedItems } from './feed-items';
import { Notice } from './notice';

/** The notifications, in groups: likes of the same post are one entry. */
@Component({
  selector: 'app-notices',
  imports: [Feed, FeedItems, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <app-feed title="Notifications" noun="notification" [list]="live" [keyOf]="idOf">
      <ng-template
        let-group
        let-position="position"
        let-size="size"
        [appFeedItems]="live.notifications()"
      >
        <app-notice [group]="group" [position]="position" [size]="size" />
      </ng-template>
    </app-feed>
  `,
})
export class Notices {
  readonly live = injectNotifications(
    wayOf('notification').open(injectTimelines(), '').pipe(hideFiltered()),
    { group: true, limit: 400 },
  );

  idOf({ id }: NotificationGroup): string {
    return id;
  }
}
