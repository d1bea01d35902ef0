import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Conversation } from 'mastodon-rx';
import { Words } from './emojis';
import { nameOf, Said } from './said';
import { pictureUrl } from './urls';

/** A conversation: its participants, and its last post. */
@Component({
  selector: 'app-letter',
  imports: [DatePipe, Said, Words],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let it = conversation();
    <article
      tabindex="0"
      [attr.aria-posinset]="position()"
      [attr.aria-setsize]="size()"
      [attr.aria-labelledby]="'letter-' + it.id"
    >
      <header>
        <img class="avatar" alt="" loading="lazy" [src]="avatar()" />
        <p class="author" [id]="'letter-' + it.id">
          <strong>
            @for (account of it.accounts; track account.id) {
              <bdi><app-words [text]="nameOf({ account })" [emojis]="account.emojis" /></bdi
              >{{ $last ? '' : ', ' }}
            }
          </strong>
          @if (it.unread) {
            <span class="acct unread">unread</span>
          }
        </p>
        @if (it.last_status; as post) {
          <p class="when">
            <time [attr.datetime]="post.created_at">{{ post.created_at | date: 'HH:mm' }}</time>
          </p>
        }
      </header>
      @if (it.last_status; as post) {
        <app-said [post]="post" />
      } @else {
        <p class="hint content">The last post was deleted.</p>
      }
    </article>
  `,
})
export class Letter {
  readonly conversation = input.required<Conversation>();
  readonly position = input.required<number>();
  readonly size = input.required<number>();
  readonly avatar = computed(
    () => pictureUrl(this.conversation().accounts[0]?.avatar_static) ?? 'data:,',
  );
  readonly nameOf = nameOf;
}
