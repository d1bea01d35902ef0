import { ChangeDetectionStrategy, Component } from '@angular/core';
import { hideFiltered, type Conversation } from 'mastodon-rx';
import { injectConversations, injectTimelines } from 'mastodon-rx/angular';
import { wayOf } from './choices';
import { Feed } from './feed';
import { FeedItems } from './feed-items';
import { Letter } from './letter';

/** The direct conversations, the one with the newest post first. */
@Component({
  selector: 'app-conversations',
  imports: [Feed, FeedItems, Letter],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <app-feed title="Conversations" noun="conversation" [list]="live" [keyOf]="placeOf">
      <ng-template
        let-conversation
        let-position="position"
        let-size="size"
        [appFeedItems]="live.conversations()"
      >
        <app-letter [conversation]="conversation" [position]="position" [size]="size" />
      </ng-template>
    </app-feed>
  `,
})
export class Conversations {
  readonly live = injectConversations(
    wayOf('direct').open(injectTimelines(), '').pipe(hideFiltered()),
    { limit: 400 },
  );

  /** A conversation with a new post is a new item. */
  placeOf({ id, last_status }: Conversation): string {
    return last_status?.id ?? id;
  }
}
