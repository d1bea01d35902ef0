import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Status } from 'mastodon-rx';
import { Card } from './card';
import { Words } from './emojis';
import { Media } from './media';
import { PostHtml } from './post-html';
import { pageUrl } from './urls';

/** The content of a post: text and media, behind its content warning if it has one, and its quote. */
@Component({
  selector: 'app-said',
  imports: [Card, Media, NgTemplateOutlet, PostHtml, Words],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let it = post();
    @if (it.spoiler_text) {
      <details>
        <summary dir="auto"><app-words [text]="it.spoiler_text" [emojis]="it.emojis" /></summary>
        <ng-container [ngTemplateOutlet]="all" />
      </details>
    } @else {
      <ng-container [ngTemplateOutlet]="all" />
    }

    <ng-template #all>
      <!-- HTML of other people: Angular's sanitizer filters it. -->
      <div
        class="content"
        dir="auto"
        [class.quotes]="quoted()"
        [lang]="it.language ?? ''"
        [innerHTML]="it.content | postHtml: it.emojis"
      ></div>
      @if (it.media_attachments.length > 0) {
        @if ((it.sensitive || hidesMedia()) && !it.spoiler_text) {
          <details>
            <summary>Sensitive media</summary>
            <ng-container [ngTemplateOutlet]="media" />
          </details>
        } @else {
          <ng-container [ngTemplateOutlet]="media" />
        }
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
              <app-words [text]="option.title" [emojis]="poll.emojis ?? []" />
              <span class="hint">{{ option.votes_count }}</span>
            </li>
          }
        </ul>
      }
      @if (quoted(); as other) {
        <blockquote class="quote">
          <p class="author">
            <strong
              ><bdi><app-words [text]="nameOf(other)" [emojis]="other.account.emojis" /></bdi
            ></strong>
            <span class="acct">&#64;{{ other.account.acct }}</span>
          </p>
          <app-said [post]="other" [isQuoted]="true" />
          @if (urlOf(other); as url) {
            <a target="_blank" rel="noopener noreferrer" [href]="url">
              Open<span class="unseen"> the quoted post of {{ nameOf(other) }}</span>
            </a>
          }
        </blockquote>
      } @else if (withheld(); as why) {
        <p class="quote hint">{{ why }}</p>
      }
      @if (card(); as link) {
        <app-card [card]="link" />
      }
    </ng-template>

    <ng-template #media>
      <div class="media">
        @for (each of it.media_attachments; track each.id) {
          <app-media [attachment]="each" />
        }
      </div>
    </ng-template>
  `,
})
export class Said {
  readonly post = input.required<Status>();
  /** True if media are hidden although the author has not marked them. */
  readonly hidesMedia = input(false);
  /** A quote within a quote is not shown. */
  readonly isQuoted = input(false);
  readonly quoted = computed(() => (this.isQuoted() ? undefined : quotedBy(this.post())));
  readonly withheld = computed(() => {
    const { quote } = this.post();
    if (!quote || this.quoted()) return undefined;
    if (this.isQuoted()) return 'It quotes another post.';
    return 'state' in quote && quote.state === 'pending'
      ? 'The author of the quoted post has not agreed yet.'
      : 'The quoted post is not to be seen.';
  });
  /** Like in Mastodon's own interface: only if the post has no media and no quote. */
  readonly card = computed(() => {
    const { card, media_attachments, quote } = this.post();
    return media_attachments.length === 0 && !quote ? card : undefined;
  });
  readonly nameOf = nameOf;

  urlOf({ url }: Status): string | undefined {
    return pageUrl(url);
  }
}

export const nameOf = ({ account }: Pick<Status, 'account'>): string =>
  account.display_name || account.acct;

/** Forks, and Mastodon before 4.4, send the quoted post itself. */
function quotedBy({ quote }: Status): Status | undefined {
  if (!quote) return undefined;
  if ('content' in quote) return quote;
  return 'quoted_status' in quote ? (quote.quoted_status ?? undefined) : undefined;
}
