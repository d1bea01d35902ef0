/** Keeps a bounded list of items, newest first, for notifications and conversations. */
import { compareIds } from '../model/compareIds.ts';
import type { ScrollableList } from '../policies/olderPages.ts';

/** The identity of an item, and the id that it is ordered by. */
export interface ItemKey {
  readonly id: string;
  readonly order: string;
}

/**
 * Holds the items of one subscription. Each method that changes the list returns whether it has changed; unchanged
 * items stay the same objects.
 */
export class OrderedList<Item> implements ScrollableList<Item> {
  readonly kind: ScrollableList<Item>['kind'];
  limit: number;
  readonly #keyOf: (item: Item) => ItemKey;
  readonly #isAllowed: (item: Item) => boolean;
  #items: readonly Item[] = [];

  constructor(
    kind: ScrollableList<Item>['kind'],
    limit: number,
    keyOf: (item: Item) => ItemKey,
    isAllowed: (item: Item) => boolean = () => true,
  ) {
    this.kind = kind;
    this.limit = limit;
    this.#keyOf = keyOf;
    this.#isAllowed = isAllowed;
  }

  list(): readonly Item[] {
    return this.#items;
  }

  /** Adds the items that are not in the list yet: a page's version of an item is not newer than the stream's. */
  add(items: readonly Item[]): boolean {
    let hasChanged = false;
    for (const item of items) hasChanged = this.#insert(item, true) || hasChanged;
    return hasChanged;
  }

  /** Adds an item, and replaces an older version of it. */
  put(item: Item): boolean {
    return this.#insert(item, false);
  }

  /** Replaces items by what `change` returns for them, and removes those for which that is undefined. */
  update(change: (item: Item) => Item | undefined): boolean {
    const items = this.#items.flatMap((item) => change(item) ?? []);
    const isSame =
      items.length === this.#items.length && items.every((item, at) => item === this.#items[at]);
    if (!isSame) this.#items = items;
    return !isSame;
  }

  #insert(item: Item, keepsPresent: boolean): boolean {
    if (!this.#isAllowed(item)) return false;
    const { id, order } = this.#keyOf(item);
    const isNewer = (each: Item): boolean => compareIds(this.#keyOf(each).order, order) > 0;
    const present = this.#items.find((each) => this.#keyOf(each).id === id);
    if (present !== undefined && (keepsPresent || isNewer(present))) return false;
    const others = this.#items.filter((each) => each !== present);
    const newer = others.filter(isNewer);
    if (newer.length >= this.limit) return false;
    this.#items = [...newer, item, ...others.slice(newer.length)].slice(0, this.limit);
    return true;
  }
}
