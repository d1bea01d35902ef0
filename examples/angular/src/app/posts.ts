import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { hideFiltered, type Status } from 'mastodon-rx';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';
import { titleOf, wayOf, type Choice } from './choices';
import { Feed } from './feed';
import { FeedItems } from './feed-items';
import { Post } from './post';

/** The number of kept posts: that many can wait or be scrolled through before the oldest are dropped. */
const KEPT = 2_000;

/** A timeline of posts. */
@Component({
  selector: 'app-posts',
  imports: [Feed, FeedItems, Post],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <app-feed noun="post" [title]="title()" [list]="live" [keyOf]="idOf">
      <ng-template let-post let-position="position" let-size="size" [appFeedItems]="live.posts()">
        <app-post [post]="post" [position]="position" [size]="size" [context]="way().context" />
      </ng-template>
    </app-feed>
  `,
})
export class Posts {
  readonly choice = input.required<Choice>();
  readonly title = computed(() => titleOf(this.choice()));
  readonly way = computed(() => wayOf(this.choice().kind));

  readonly #timelines = injectTimelines();
  readonly live = injectTimeline(
    () => this.way().open(this.#timelines, this.choice().argument).pipe(hideFiltered()),
    { limit: KEPT },
  );

  idOf({ id }: Status): string {
    return id;
  }
}
