import { DatePipe, NgTemplateOutlet } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import type { Status } from 'mastodon-rx';
import { Media } from './media';
import { SafeLinks } from './safe-links';

@Component({
  selector: 'app-post',
  imports: [DatePipe, Media, NgTemplateOutlet, SafeLinks],
  template: `
    @let it = said();
    <article
      tabindex="0"
      [attr.aria-posinset]="position()"
      [attr.aria-setsize]="size()"
      [attr.aria-labelledby]="'author-' + post().id"
    >
      @if (post().reblog) {
        <p class="boost">{{ nameOf(post()) }} boosted</p>
      }
      <header>
        <img class="avatar" alt="" loading="lazy" [src]="it.account.avatar_static" />
        <p class="author" [id]="'author-' + post().id">
          <strong
            ><bdi>{{ nameOf(it) }}</bdi></strong
          >
          <span class="acct">&#64;{{ it.account.acct }}</span>
        </p>
        <p class="when">
          @if (it.edited_at) {
            <span class="edited">edited</span>
          }
          <time [attr.datetime]="it.created_at">{{ it.created_at | date: 'HH:mm' }}</time>
        </p>
      </header>
      @if (warning(); as words) {
        <details>
          <summary>{{ words }}</summary>
          <ng-container [ngTemplateOutlet]="body" />
        </details>
      } @else {
        <ng-container [ngTemplateOutlet]="body" />
      }
      <footer>
        @for (count of counts(); track $index) {
          <span>{{ count }}</span>
        }
        @if (it.url) {
          <a target="_blank" rel="noopener noreferrer" [href]="it.url">
            Open<span class="unseen"> the post of {{ nameOf(it) }}</span>
          </a>
        }
      </footer>
    </article>

    <ng-template #body>
      <!-- From strangers: Angular's sanitizer stands before the page, and nothing goes around it. -->
      <div
        class="content"
        dir="auto"
        [lang]="it.language ?? ''"
        [innerHTML]="it.content | safeLinks"
      ></div>
      @if (it.media_attachments.length > 0) {
        <div class="media">
          @for (each of it.media_attachments; track each.id) {
            <app-media [attachment]="each" />
          }
        </div>
      }
      @if (it.poll; as poll) {
        <ul class="poll">
          @for (option of poll.options; track $index) {
            <li>
              <meter
                min="0"
                [max]="poll.votes_count || 1"
                [value]="option.votes_count ?? 0"
                [attr.aria-label]="'Votes for ' + option.title"
              ></meter>
              {{ option.title }} <span class="hint">{{ option.votes_count }}</span>
            </li>
          }
        </ul>
      }
    </ng-template>
  `,
})
export class Post {
  readonly post = input.required<Status>();
  readonly position = input.required<number>();
  readonly size = input.required<number>();
  /** What is read: of a boost, that which is boosted. */
  readonly said = computed(() => this.post().reblog ?? this.post());
  readonly counts = computed(() => {
    const { replies_count, reblogs_count, favourites_count } = this.said();
    return [
      counted(replies_count, 'reply', 'replies'),
      counted(reblogs_count, 'boost', 'boosts'),
      counted(favourites_count, 'favourite', 'favourites'),
    ].filter((text) => text !== '');
  });
  readonly warning = computed(() => {
    const { spoiler_text, sensitive } = this.said();
    return spoiler_text || (sensitive ? 'Sensitive media' : undefined);
  });

  nameOf({ account }: Status): string {
    return account.display_name || account.acct;
  }
}

/** Nothing is said of nothing. */
const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
