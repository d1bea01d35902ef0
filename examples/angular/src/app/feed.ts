import { NgTemplateOutlet } from '@angular/common';
import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  contentChild,
  effect,
  ElementRef,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { Gap } from 'mastodon-rx';
import type { LiveList } from 'mastodon-rx/angular';
import { Badge } from './badge';
import { FeedItems } from './feed-items';
import { gapsAbove } from './gaps';
import { Older } from './older';

/** The number of items at the top, before the user scrolls. */
const SHOWN = 80;

/** The number of kept items that are shown when the user reaches the end. */
const STEP = 20;

/** A live list, newest first: new items wait while the user reads, and older items are loaded at the end. */
@Component({
  selector: 'app-feed',
  imports: [Badge, NgTemplateOutlet, Older],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(window:scroll)': 'look()' },
  template: `
    <div class="bar">
      <h2 id="title">{{ title() }}</h2>
      <app-badge [list]="list()" />
    </div>
    <div role="status" class="new">
      @if (waiting(); as count) {
        <button type="button" (click)="showAll()">
          {{ count }} new {{ noun() }}{{ count === 1 ? '' : 's' }}
        </button>
      }
    </div>
    <div
      #feed
      role="feed"
      aria-labelledby="title"
      [attr.aria-busy]="isBusy()"
      (keydown)="move($event)"
      (pointerenter)="isRead.set(true)"
      (pointerleave)="isRead.set(false)"
      (focusin)="isRead.set(true)"
      (focusout)="isRead.set(false)"
    >
      @for (item of shown(); track keyOf()(item)) {
        @if (gaps().get(keyOf()(item)); as gap) {
          <article class="gap" aria-label="Something is missing here">
            <button
              type="button"
              class="quiet"
              [attr.aria-disabled]="list().isLoadingOlder()"
              (click)="fill(gap, $event)"
            >
              Show the {{ noun() }}s that are missing here
            </button>
          </article>
        }
        <ng-container
          [ngTemplateOutlet]="template()"
          [ngTemplateOutletContext]="{ $implicit: item, position: $index + 1, size: size() }"
        />
      } @empty {
        <p class="empty">Nothing here yet. What happens from now on appears by itself.</p>
      }
    </div>
    @if (shown().length > 0) {
      <app-older
        [noun]="noun()"
        [count]="shown().length"
        [hasOlder]="hasOlder()"
        [isLoading]="list().isLoadingOlder()"
        [error]="list().olderError()"
        (older)="showOlder($event)"
      />
    }
  `,
})
export class Feed<Item> {
  readonly title = input.required<string>();
  readonly list = input.required<LiveList>();
  /** The word for one item. */
  readonly noun = input.required<string>();
  /** Returns the key that identifies and orders an item: another key makes it a new item. */
  readonly keyOf = input.required<(item: Item) => string>();

  readonly content = contentChild.required<FeedItems<Item>>(FeedItems);
  readonly template = computed(() => this.content().template);
  readonly #items = computed(() => this.content().items());

  /** True while the pointer or the keyboard focus is on the items. */
  readonly isRead = signal(false);
  readonly #isAtTop = signal(true);
  readonly #isQuiet = computed(() => this.#isAtTop() && !this.isRead());
  /** The largest number of items that are shown. */
  readonly #depth = signal(SHOWN);
  /** The keys of the shown items: items above the first of them are new. */
  readonly #known = signal<ReadonlySet<string>>(new Set());
  /** The number of new items that are not shown yet, so that nothing moves while the user reads. */
  readonly waiting = computed(() => {
    const known = this.#known();
    if (known.size === 0) return 0;
    return Math.max(
      0,
      this.#items().findIndex((item) => known.has(this.keyOf()(item))),
    );
  });
  readonly shown = computed(() => this.#items().slice(this.waiting(), this.#end()), {
    equal: isSame,
  });
  readonly #end = computed(() => this.waiting() + this.#depth());
  readonly hasOlder = computed(() => this.#end() < this.#items().length || this.list().hasOlder());
  readonly size = computed(() => (this.hasOlder() ? -1 : this.shown().length));
  readonly isBusy = computed(
    () => this.list().status() === 'connecting' || this.list().isLoadingOlder(),
  );
  readonly gaps = computed(() => gapsAbove(this.shown().map(this.keyOf()), this.list().gaps()));

  readonly feed = viewChild.required<ElementRef<HTMLElement>>('feed');
  /** The item below which a button has requested items, until they are loaded. */
  #above: HTMLElement | undefined;

  constructor() {
    effect(() => {
      if (this.#isQuiet()) this.#depth.set(SHOWN);
    });
    effect(() => {
      const items = this.#isQuiet() ? this.#items().slice(0, this.#depth()) : this.shown();
      untracked(() => {
        this.#remember(items);
      });
    });
    afterRenderEffect(() => {
      this.shown();
      if (!this.list().isLoadingOlder()) this.#focusBelow();
    });
  }

  look(): void {
    this.#isAtTop.set(window.scrollY < 40);
  }

  showAll(): void {
    this.#depth.set(SHOWN);
    this.#remember(this.#items().slice(0, SHOWN));
    window.scrollTo({ top: 0 });
  }

  /** Kept items come first; further ones are requested. */
  showOlder(by: 'button' | 'scrolling'): void {
    if (this.list().isLoadingOlder()) return;
    if (by === 'button') this.#above = this.#articles().at(-1);
    const isKept = this.#end() < this.#items().length;
    this.#depth.update((depth) => Math.max(depth, this.shown().length + STEP));
    if (!isKept) this.list().loadOlder();
  }

  fill(gap: Gap, { currentTarget }: Event): void {
    const articles = this.#articles();
    const button = currentTarget as Element;
    this.#above = articles.findLast((each) => isBefore(each, button));
    this.#depth.update((depth) => depth + 2 * STEP);
    this.list().loadOlder(gap);
  }

  /** Moves from item to item with `j` and `k`, like in Mastodon's own interface. */
  move(event: KeyboardEvent): void {
    const step = { j: 1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const articles = this.#articles();
    const at = articles.findIndex((each) => each.contains(document.activeElement));
    articles[at + step]?.focus();
  }

  #articles(): HTMLElement[] {
    return [...this.feed().nativeElement.querySelectorAll<HTMLElement>('[aria-posinset]')];
  }

  /** Moves the focus to the first item that a button has loaded, since the button itself may be gone. */
  #focusBelow(): void {
    const above = this.#above;
    this.#above = undefined;
    if (!above) return;
    const next = this.#articles().find((each) => isBefore(above, each));
    const gap = this.feed().nativeElement.querySelector('.gap');
    const isStillMissing = gap && next && isBefore(above, gap) && isBefore(gap, next);
    if (!isStillMissing) next?.focus();
  }

  #remember(items: readonly Item[]): void {
    const keys = items.map(this.keyOf());
    const known = this.#known();
    if (keys.length !== known.size || keys.some((key) => !known.has(key))) {
      this.#known.set(new Set(keys));
    }
  }
}

const isSame = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((each, at) => each === others[at]);

const isBefore = (one: Element, other: Element): boolean =>
  (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
