/** Keeps the filters of each account, and marks the posts that match them. The server drops nothing. */
import { asyncScheduler } from 'rxjs';
import type { FilterAction, FilterContext, FilterResult } from '../model/entities/filter.ts';
import type { FakeEvent } from './channels.ts';
import type { FakeStatus } from './entityTypes.ts';
import type { Ids } from './ids.ts';

/** A filter of an account: `server.addFilter({ keywords: ['cats'] })`. */
export interface FakeFilter {
  /** The words that posts are searched for, ignoring case. */
  readonly keywords: readonly string[];
  /** @defaultValue the first keyword */
  readonly title?: string;
  /** @defaultValue `['home']` */
  readonly context?: readonly FilterContext[];
  /** @defaultValue `'warn'` */
  readonly filter_action?: FilterAction;
  /**
   * The time from which the filter matches nothing, in ISO 8601.
   * @defaultValue `null`: it does not expire
   */
  readonly expires_at?: string | null;
}

export class Filters {
  readonly #ids: Ids;
  readonly #byAccount = new Map<string, Map<string, FakeFilter>>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** Returns the new filter's id. */
  add(filter: FakeFilter, account: string): string {
    const id = this.#ids.nextId();
    const filters = this.#byAccount.get(account) ?? new Map<string, FakeFilter>();
    this.#byAccount.set(account, filters.set(id, filter));
    return id;
  }

  remove(id: string): void {
    for (const filters of this.#byAccount.values()) filters.delete(id);
  }

  /** Returns the event as an account receives it on a stream. */
  markEvent(event: FakeEvent, account: string, stream: string): FakeEvent {
    const { payload } = event;
    if (typeof payload !== 'object' || payload === null) return event;
    const marked = this.markEntity(payload, account, /^(public|hashtag)/.test(stream));
    return marked === payload ? event : { ...event, payload: marked };
  }

  /**
   * Returns a post, a notification or a conversation as an account receives it.
   *
   * @param isPublic - whether it comes on a public or hashtag stream, where Mastodon leaves `blur` out.
   */
  markEntity(entity: object, account: string, isPublic = false): object {
    if (!this.#byAccount.get(account)?.size) return entity;
    if ('content' in entity && 'spoiler_text' in entity) {
      return this.#markStatus(entity as FakeStatus, account, isPublic);
    }
    for (const name of ['status', 'last_status'] as const) {
      const status = (entity as Record<string, unknown>)[name];
      if (typeof status !== 'object' || status === null) continue;
      return { ...entity, [name]: this.#markStatus(status as FakeStatus, account, isPublic) };
    }
    return entity;
  }

  #markStatus(status: FakeStatus, account: string, isPublic: boolean): FakeStatus {
    const results = [...(this.#byAccount.get(account) ?? [])].flatMap(([id, filter]) =>
      resultsOf(id, filter, status.reblog ?? status, isPublic),
    );
    if (results.length === 0) return status;
    return { ...status, filtered: [...(status.filtered ?? []), ...results] };
  }
}

function resultsOf(
  id: string,
  filter: FakeFilter,
  { content, spoiler_text }: Pick<FakeStatus, 'content' | 'spoiler_text'>,
  isPublic: boolean,
): FilterResult[] {
  const { keywords, title = keywords[0] ?? '', context = ['home'], expires_at = null } = filter;
  const { filter_action = 'warn' } = filter;
  if (expires_at !== null && Date.parse(expires_at) <= asyncScheduler.now()) return [];
  const text = `${spoiler_text} ${content.replace(/<[^>]*>/g, ' ')}`.toLowerCase();
  const matches = keywords.filter((keyword) => text.includes(keyword.toLowerCase()));
  if (matches.length === 0) return [];
  const isLeftOut = isPublic && filter_action === 'blur';
  return [
    {
      filter: {
        id,
        title,
        context: [...context],
        expires_at,
        ...(!isLeftOut && { filter_action }),
      },
      keyword_matches: matches,
      status_matches: null,
    },
  ];
}
