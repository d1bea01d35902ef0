import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { FilterContext, Status } from 'mastodon-rx';
import { Words } from './emojis';
import { titlesOf } from './filters';
import { nameOf, Said } from './said';
import { pageUrl, pictureUrl } from './urls';

@Component({
  selector: 'app-post',
  imports: [DatePipe, Said, Words],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let it = said();
    <article
      tabindex="0"
      [attr.aria-posinset]="position()"
      [attr.aria-setsize]="size()"
      [attr.aria-labelledby]="'author-' + post().id"
    >
      @if (post().reblog) {
        <p class="boost">
          <app-words [text]="nameOf(post())" [emojis]="post().account.emojis" /> boosted
        </p>
      }
      <header>
        <img class="avatar" alt="" loading="lazy" [src]="avatar()" />
        <p class="author" [id]="'author-' + post().id">
          <strong
            ><bdi><app-words [text]="nameOf(it)" [emojis]="it.account.emojis" /></bdi
          ></strong>
          <span class="acct">&#64;{{ it.account.acct }}</span>
        </p>
        <p class="when">
          @if (it.edited_at) {
            <span class="edited">edited</span>
          }
          <time [attr.datetime]="it.created_at">{{ it.created_at | date: 'HH:mm' }}</time>
        </p>
      </header>
      @if (warnings()) {
        <details class="filtered">
          <summary>A warning, shown because of your filter {{ warnings() }}</summary>
          <app-said [post]="it" [hidesMedia]="isBlurred()" />
        </details>
      } @else {
        <app-said [post]="it" [hidesMedia]="isBlurred()" />
      }
      <footer>
        @for (count of counts(); track $index) {
          <span>{{ count }}</span>
        }
        @if (url(); as link) {
          <a target="_blank" rel="noopener noreferrer" [href]="link">
            Open<span class="unseen"> the post of {{ nameOf(it) }}</span>
          </a>
        }
      </footer>
    </article>
  `,
})
export class Post {
  readonly post = input.required<Status>();
  readonly position = input.required<number>();
  readonly size = input.required<number>();
  /** The context in which the post is shown, for the viewer's filters. */
  readonly context = input.required<FilterContext>();
  readonly warnings = computed(() =>
    titlesOf('warn', this.post(), this.context())
      .map((title) => `“${title}”`)
      .join(', '),
  );
  readonly isBlurred = computed(() => titlesOf('blur', this.post(), this.context()).length > 0);
  /** The shown post: of a boost, the boosted one. */
  readonly said = computed(() => this.post().reblog ?? this.post());
  readonly avatar = computed(() => pictureUrl(this.said().account.avatar_static) ?? 'data:,');
  readonly url = computed(() => pageUrl(this.said().url));
  readonly counts = computed(() => {
    const { replies_count, reblogs_count, favourites_count } = this.said();
    return [
      counted(replies_count, 'reply', 'replies'),
      counted(reblogs_count, 'boost', 'boosts'),
      counted(favourites_count, 'favourite', 'favourites'),
    ].filter((text) => text !== '');
  });
  readonly nameOf = nameOf;
}

/** An empty string for 0. */
const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
