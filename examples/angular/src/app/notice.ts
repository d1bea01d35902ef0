import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { NotificationGroup } from 'mastodon-rx';
import { Words } from './emojis';
import { PostHtml } from './post-html';
import { nameOf } from './said';
import { pictureUrl } from './urls';

const WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  mention: ['mentions you', 'mention you'],
  status: ['posted', 'posted'],
  reblog: ['boosts your post', 'boost your post'],
  follow: ['follows you', 'follow you'],
  follow_request: ['wants to follow you', 'want to follow you'],
  favourite: ['likes your post', 'like your post'],
  poll: ['asked a question that is over', 'asked a question that is over'],
  update: ['edited a post', 'edited a post'],
  quote: ['quotes your post', 'quote your post'],
};

/** A group of notifications: the accounts, the action, and the post. */
@Component({
  selector: 'app-notice',
  imports: [DatePipe, PostHtml, Words],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let it = group();
    <article
      tabindex="0"
      [attr.aria-posinset]="position()"
      [attr.aria-setsize]="size()"
      [attr.aria-labelledby]="'notice-' + it.id"
    >
      <header class="notice">
        <p class="faces">
          @for (face of faces(); track face.id) {
            <img class="avatar" alt="" loading="lazy" [src]="face.url" />
          }
        </p>
        <time [attr.datetime]="it.created_at">{{ it.created_at | date: 'HH:mm' }}</time>
      </header>
      <p [id]="'notice-' + it.id">
        @if (it.accounts[0]; as account) {
          <strong
            ><bdi><app-words [text]="nameOf({ account })" [emojis]="account.emojis" /></bdi
          ></strong>
        }
        {{ words() }}
      </p>
      @if (it.status; as status) {
        <blockquote
          class="about"
          dir="auto"
          [lang]="status.language ?? ''"
          [innerHTML]="status.content | postHtml: status.emojis"
        ></blockquote>
      }
    </article>
  `,
})
export class Notice {
  readonly group = input.required<NotificationGroup>();
  readonly position = input.required<number>();
  readonly size = input.required<number>();
  readonly faces = computed(() =>
    this.group().accounts.map(({ id, avatar_static }) => ({
      id,
      url: pictureUrl(avatar_static) ?? 'data:,',
    })),
  );
  readonly words = computed(() => {
    const { type, notifications_count: count } = this.group();
    const done = WORDS[type] ?? [`did something called ${type}`, `did something called ${type}`];
    if (count === 1) return done[0];
    return `and ${count === 2 ? 'another' : `${count - 1} others`} ${done[1]}`;
  });
  readonly nameOf = nameOf;
}
