/** Keeps a bounded list of items, newest first, for the lists that are simpler than a timeline's. */
import { compareIds } from '../model/compareIds.ts';
import type { ScrollableList } from '../policies/olderPages.ts';

/** The identity of an item, and what it is ordered by. */
export interface ItemKey {
  readonly id: string;
  readonly order: string;
}

/**
 * The items of one subscription. Each method that changes the list tells whether it has; an item that did not change
 * stays the same object.
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

  /** Takes in what is not there yet: a page brings nothing newer than what the stream has brought. */
  add(items: readonly Item[]): boolean {
    let hasChanged = false;
    for (const item of items) hasChanged = this.#insert(item, true) || hasChanged;
    return hasChanged;
  }

  /** Takes an item in, in the place of an older version of it. */
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
