import { DatePipe } from '@angular/common';
import { Component } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ofType, shareTimeline, type Notification } from 'mastodon-rx';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';
import { catchError, EMPTY, map, merge, scan } from 'rxjs';
import { Badge } from './badge';
import { Words } from './emojis';
import { injectPages } from './pages';
import { PostHtml } from './post-html';
import { nameOf } from './said';

const WORDS: Readonly<Record<string, string>> = {
  mention: 'mentioned you',
  status: 'posted',
  reblog: 'boosted your post',
  follow: 'follows you',
  follow_request: 'wants to follow you',
  favourite: 'likes your post',
  poll: 'asked a question that is over',
  update: 'edited a post',
  quote: 'quoted your post',
};

const LIMIT = 80;

/** Notifications are no posts, and have a list of their own, over the same connection as the badge. */
@Component({
  selector: 'app-notices',
  imports: [Badge, DatePipe, PostHtml, Words],
  template: `
    <div class="bar">
      <h2>Notifications</h2>
      <app-badge [timeline]="timeline" />
    </div>
    <ul class="notices" aria-live="polite">
      @for (notice of notices(); track notice.id) {
        <li>
          <p>
            <strong
              ><bdi><app-words [text]="nameOf(notice)" [emojis]="notice.account.emojis" /></bdi
            ></strong>
            {{ wordsOf(notice) }}
            <time [attr.datetime]="notice.created_at">{{ notice.created_at | date: 'HH:mm' }}</time>
          </p>
          @if (notice.status; as status) {
            <blockquote
              dir="auto"
              [innerHTML]="status.content | postHtml: status.emojis"
            ></blockquote>
          }
        </li>
      } @empty {
        <li class="empty">Nothing here yet. What happens from now on appears by itself.</li>
      }
    </ul>
  `,
})
export class Notices {
  readonly #events$ = injectTimelines().userNotification().pipe(shareTimeline());
  readonly #page = injectPages();
  readonly timeline = injectTimeline(this.#events$);
  readonly nameOf = nameOf;
  readonly notices = toSignal(
    merge(
      this.#page<Notification>('notifications'),
      this.#events$.pipe(
        ofType('notification'),
        map(({ payload }) => [payload]),
        catchError(() => EMPTY), // the badge tells
      ),
    ).pipe(scan(newestFirst, [] as readonly Notification[])),
    { initialValue: [] },
  );

  wordsOf({ type }: Notification): string {
    return WORDS[type] ?? `did something that is called ${type}`;
  }
}

function newestFirst(
  known: readonly Notification[],
  more: readonly Notification[],
): readonly Notification[] {
  const all = new Map([...more, ...known].map((notice) => [notice.id, notice]));
  return [...all.values()].sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, LIMIT);
}
