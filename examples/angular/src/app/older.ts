import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
} from '@angular/core';

/** The distance below the window at which the end of a list requests the next page. */
const AHEAD = '600px';

/** The end of a list: requests older items when it comes near the window, or by its button. */
@Component({
  selector: 'app-older',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (error()) {
      <p class="problem" role="alert">The older {{ noun() }}s could not be loaded.</p>
    }
    <!-- One button that is never disabled or removed, since it would lose the focus. -->
    <button
      type="button"
      class="quiet"
      [attr.aria-disabled]="isLoading() || !hasOlder()"
      [attr.data-at]="hasOlder() ? null : 'end'"
      (click)="ask()"
    >
      {{ label() }}
    </button>
    <p class="unseen" role="status">{{ news() }}</p>
  `,
})
export class Older {
  readonly noun = input.required<string>();
  /** The number of items above. */
  readonly count = input.required<number>();
  readonly hasOlder = input.required<boolean>();
  readonly isLoading = input.required<boolean>();
  readonly error = input.required<unknown>();
  readonly older = output<'button' | 'scrolling'>();

  readonly label = computed(() => {
    if (!this.hasOlder()) return 'There is nothing older';
    return this.isLoading() ? 'Loading …' : `Show older ${this.noun()}s`;
  });

  /** The text for a screen reader. */
  readonly news = computed(() => {
    if (this.isLoading()) return `Older ${this.noun()}s are loading.`;
    return this.hasOlder() ? '' : `These are all ${this.count()} ${this.noun()}s.`;
  });

  constructor() {
    const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
    let observer: IntersectionObserver | undefined;
    // Observing starts again with every page, so that another page follows one that does not fill the window.
    afterRenderEffect(() => {
      this.count();
      observer?.disconnect();
      if (this.isLoading() || this.error() || !this.hasOlder()) return;
      observer = new IntersectionObserver(
        (entries) => {
          if (entries.some(({ isIntersecting }) => isIntersecting)) this.older.emit('scrolling');
        },
        { rootMargin: `0px 0px ${AHEAD}` },
      );
      observer.observe(nativeElement);
    });
    inject(DestroyRef).onDestroy(() => observer?.disconnect());
  }

  ask(): void {
    if (this.hasOlder() && !this.isLoading()) this.older.emit('button');
  }
}
