import { Directive, inject, input, TemplateRef } from '@angular/core';

/** The context of an item's template. */
export interface FeedItemContext<Item> {
  readonly $implicit: Item;
  /** From 1 on. */
  readonly position: number;
  /** The number of items; -1 if there may be more. */
  readonly size: number;
}

/** The items of a feed, and their template: `<ng-template [appFeedItems]="posts()" let-post>`. */
@Directive({ selector: 'ng-template[appFeedItems]' })
export class FeedItems<Item> {
  readonly items = input.required<readonly Item[]>({ alias: 'appFeedItems' });
  readonly template = inject<TemplateRef<FeedItemContext<Item>>>(TemplateRef);

  /** Tells the compiler what `let-post` is. */
  static ngTemplateContextGuard<Item>(
    _: FeedItems<Item>,
    context: unknown,
  ): context is FeedItemContext<Item> {
    return true;
  }
}
