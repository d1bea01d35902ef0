import { Component, computed, effect, input, signal, untracked } from '@angular/core';
import type { Conversation, EventOf, Status, StreamEvent } from 'mastodon-rx';
import { injectTimeline, injectTimelines, type LiveTimeline } from 'mastodon-rx/angular';
import { defer, map, type Observable } from 'rxjs';
import { Badge } from './badge';
import { titleOf, wayOf, type Choice } from './choices';
import { injectPages } from './pages';
import { Post } from './post';

/** How many posts are shown: more than most people scroll through. */
const SHOWN = 80;

/** How many are kept: so many may wait, less those shown, before what is being read has to go. */
const KEPT = 480;

@Component({
  selector: 'app-feed',
  imports: [Badge, Post],
  host: { '(window:scroll)': 'look()' },
  template: `
    <div class="bar">
      <h2 id="title">{{ title() }}</h2>
      <app-badge [timeline]="timeline" />
    </div>
    <div role="status" class="new">
      @if (waiting(); as count) {
        <button type="button" (click)="showAll()">
          {{ count }} new {{ count === 1 ? 'post' : 'posts' }}
        </button>
      }
    </div>
    <div
      role="feed"
      aria-labelledby="title"
      [attr.aria-busy]="timeline.status() === 'connecting'"
      (keydown)="move($event)"
      (pointerenter)="isRead.set(true)"
      (pointerleave)="isRead.set(false)"
      (focusin)="isRead.set(true)"
      (focusout)="isRead.set(false)"
    >
      @for (post of shown(); track post.id) {
        <app-post [post]="post" [position]="$index + 1" [size]="$count" />
      } @empty {
        <p class="empty">Nothing here yet. What is posted from now on appears by itself.</p>
      }
    </div>
  `,
})
export class Feed {
  readonly choice = input.required<Choice>();
  readonly title = computed(() => titleOf(this.choice()));

  readonly #timelines = injectTimelines();
  readonly #page = injectPages();
  readonly timeline: LiveTimeline = injectTimeline(
    () => asPosts(wayOf(this.choice().kind).open(this.#timelines, this.choice().argument)),
    { limit: KEPT, initial: defer(() => this.#firstPosts(this.choice())) },
  );

  /** Whether somebody is at the posts, with the pointer or the keyboard. */
  readonly isRead = signal(false);
  readonly #isAtTop = signal(true);
  /** The posts that have been shown: what is above the first of them is new. */
  readonly #known = signal<ReadonlySet<string>>(new Set());
  /** How many posts wait, so that nothing moves under the eyes of a reader. */
  readonly waiting = computed(() => {
    const posts = this.timeline.posts();
    const known = this.#known();
    return Math.max(0, known.size === 0 ? 0 : posts.findIndex(({ id }) => known.has(id)));
  });
  readonly shown = computed(() => {
    const first = this.waiting();
    return this.timeline.posts().slice(first, first + SHOWN);
  });

  constructor() {
    effect(() => {
      const isQuiet = this.#isAtTop() && !this.isRead();
      const posts = isQuiet ? this.timeline.posts().slice(0, SHOWN) : this.shown();
      untracked(() => {
        this.#remember(posts);
      });
    });
  }

  look(): void {
    this.#isAtTop.set(window.scrollY < 40);
  }

  showAll(): void {
    this.#remember(this.timeline.posts().slice(0, SHOWN));
    window.scrollTo({ top: 0 });
  }

  /** `j` and `k` go from post to post, as in Mastodon's own interface. */
  move(event: KeyboardEvent): void {
    const step = { j: 1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const feed = event.currentTarget as HTMLElement;
    const posts = [...feed.querySelectorAll<HTMLElement>('[aria-posinset]')];
    const at = posts.findIndex((post) => post.contains(document.activeElement));
    posts[at + step]?.focus();
  }

  #firstPosts({ kind, argument }: Choice): Observable<readonly Status[]> {
    const path = wayOf(kind).page(argument);
    return kind === 'direct'
      ? this.#page<Conversation>(path).pipe(map((all) => all.flatMap(lastPostOf)))
      : this.#page<Status>(path);
  }

  #remember(posts: readonly Status[]): void {
    const known = this.#known();
    if (posts.length !== known.size || posts.some(({ id }) => !known.has(id))) {
      this.#known.set(new Set(posts.map(({ id }) => id)));
    }
  }
}

const lastPostOf = ({ last_status }: Conversation): Status[] => (last_status ? [last_status] : []);

/** A conversation is shown as its last post. */
const asPosts = (events$: Observable<StreamEvent>): Observable<StreamEvent> =>
  events$.pipe(
    map((event) =>
      event.type === 'conversation' && event.payload.last_status
        ? ({ ...event, type: 'update', payload: event.payload.last_status } as EventOf<'update'>)
        : event,
    ),
  );
