/** Stores the server's entities, and decides which channels and REST timelines show them. */
import { DEFAULT_ACCOUNT, keyOf, type FakeEvent, type Hub } from './channels.ts';
import { makeConversation, makeNotification, makeStatus } from './entities.ts';
import type {
  FakeConversation,
  FakeConversationPartial,
  FakeNotification,
  FakeNotificationPartial,
  FakeStatus,
  FakeStatusPartial,
} from './entityTypes.ts';
import { type Flavour } from './flavour.ts';
import { type Ids } from './ids.ts';
import { type Lists } from './lists.ts';
import { normalizeTag } from './tags.ts';
import { type Tokens } from './tokens.ts';

export interface ArchiveConfig {
  /** The number of posts, and of each account's notifications and conversations, to keep. */
  readonly historyLimit: number;
  readonly hub: Hub;
  readonly lists: Lists;
  readonly tokens: Tokens;
  readonly flavour: Flavour;
  /** Makes ids and dates. */
  readonly ids: Ids;
  /** Calls a function that publishes what was created, now or later. */
  readonly publishing: (publish: () => void) => void;
}

export class Archive {
  readonly #config: ArchiveConfig;
  readonly #statuses = new Map<string, FakeStatus>();
  /** The posts that were written over REST, by their `Idempotency-Key`. */
  readonly #posted = new Map<string, FakeStatus>();
  readonly #notifications = new Map<string, FakeNotification[]>();
  readonly #conversations = new Map<string, FakeConversation[]>();

  constructor(config: ArchiveConfig) {
    this.#config = config;
  }

  get statuses(): FakeStatus[] {
    return [...this.#statuses.values()];
  }

  notificationsOf(account: string): readonly FakeNotification[] {
    return this.#notifications.get(account) ?? [];
  }

  conversationsOf(account: string): readonly FakeConversation[] {
    return this.#conversations.get(account) ?? [];
  }

  post(partial: FakeStatusPartial): FakeStatus {
    const status = makeStatus(this.#config.ids, { id: this.#nextId(), ...partial });
    this.#statuses.set(status.id, status);
    for (const id of this.#statuses.keys()) {
      if (this.#statuses.size <= this.#config.historyLimit) break;
      this.#statuses.delete(id);
    }
    if (this.#isShown(status)) this.#publish('update', status);
    if (status.visibility === 'direct') {
      this.converse({ accounts: [status.account], last_status: status }, DEFAULT_ACCOUNT);
    }
    return status;
  }

  /** Posts, or returns the post that was made with the same key before. */
  once(key: string | undefined, partial: FakeStatusPartial): FakeStatus {
    const before = key === undefined ? undefined : this.#posted.get(key);
    if (before) return before;
    const status = this.post(partial);
    if (key !== undefined) this.#posted.set(key, status);
    for (const oldest of this.#posted.keys()) {
      if (this.#posted.size <= this.#config.historyLimit) break;
      this.#posted.delete(oldest);
    }
    return status;
  }

  edit(partial: FakeStatusPartial & { readonly id: string }): FakeStatus {
    const { account, reblog, ...fields } = partial;
    const before = this.#statuses.get(partial.id) ?? makeStatus(this.#config.ids, partial);
    const status = makeStatus(this.#config.ids, {
      ...before,
      edited_at: this.#config.ids.now(),
      ...fields,
      account: { ...before.account, ...account },
      reblog: reblog === undefined ? before.reblog : reblog,
    });
    this.#statuses.set(status.id, status);
    if (this.#isShown(status)) this.#publish('status.update', status);
    return status;
  }

  /** Deletes a post; home and public streams send a `delete` even if the server never had the post. */
  remove(id: string): void {
    const status = this.#statuses.get(id) ?? makeStatus(this.#config.ids, { id });
    this.#statuses.delete(id);
    if (!this.#isShown(status)) return;
    const { personal, open } = this.#audienceOf(status);
    this.#send([[[...personal, ...open], { event: 'delete', payload: id }]]);
  }

  #nextId(): string {
    return this.#config.flavour.nextId(this.#config.ids);
  }

  #isShown({ visibility }: FakeStatus): boolean {
    return visibility !== 'direct' || this.#config.flavour.directIsInHome;
  }

  notify(partial: FakeNotificationPartial, account: string): FakeNotification {
    const notification = makeNotification(this.#config.ids, {
      id: this.#nextId(),
      ...partial,
    });
    const before = this.notificationsOf(account).slice(1 - this.#config.historyLimit);
    this.#notifications.set(account, [...before, notification]);
    const key = keyOf('user:notification', account);
    this.#send([[[key], { event: 'notification', payload: notification }]]);
    return notification;
  }

  converse(partial: FakeConversationPartial, account: string): FakeConversation {
    const conversation = makeConversation(this.#config.ids, {
      id: this.#nextId(),
      ...partial,
    });
    const others = this.conversationsOf(account).filter(({ id }) => id !== conversation.id);
    this.#conversations.set(account, [
      ...others.slice(1 - this.#config.historyLimit),
      conversation,
    ]);
    const key = keyOf('direct', account);
    this.#send([[[key], { event: 'conversation', payload: conversation }]]);
    return conversation;
  }

  #publish(event: 'update' | 'status.update', status: FakeStatus): void {
    const { personal, open } = this.#audienceOf(status);
    this.#send([
      [personal, { event, payload: status }],
      [open, { event, payload: withoutViewer(status) }],
    ]);
  }

  #send(events: readonly (readonly [keys: readonly string[], event: FakeEvent])[]): void {
    this.#config.publishing(() => {
      for (const [keys, event] of events) {
        for (const key of keys) this.#config.hub.publish(key, event);
      }
    });
  }

  /** Returns the channels of the author's followers, and the public ones. */
  #audienceOf(status: FakeStatus): { personal: string[]; open: string[] } {
    const { lists, tokens } = this.#config;
    const homes = [...tokens.accounts].map((account) => keyOf('user', account));
    const listed = lists
      .withAuthor(status.account.acct)
      .map(({ id, account }) => keyOf('list', account, id));

    const names: [name: string, parameter?: string][] = [];
    if (isInPublic(status)) {
      const feeds = ['public', isLocal(status) ? 'public:local' : 'public:remote'];
      names.push(...feeds.map((feed): [string] => [feed]));
      if (hasMedia(status)) {
        names.push(...feeds.map((feed): [string] => [`${feed}:media`]));
      }
    }
    if (isInHashtags(status)) {
      for (const { name } of status.tags) {
        names.push(['hashtag', name]);
        if (isLocal(status)) names.push(['hashtag:local', name]);
      }
    }
    const open = names.map(([name, parameter]) => keyOf(name, DEFAULT_ACCOUNT, parameter));
    return { personal: [...homes, ...listed], open: [...new Set(open)] };
  }
}

export const isLocal = ({ account }: FakeStatus): boolean => !account.acct.includes('@');

export const hasMedia = ({ media_attachments: media }: FakeStatus): boolean => media.length > 0;

export const isDirect = ({ visibility }: FakeStatus): boolean => visibility === 'direct';

export const isInHashtags = ({ visibility, reblog }: FakeStatus): boolean =>
  visibility === 'public' && reblog === null;

/** Tells whether a post is in the public timelines, which have no replies to other accounts. */
export const isInPublic = (status: FakeStatus): boolean =>
  isInHashtags(status) &&
  (status.in_reply_to_id === null || status.in_reply_to_account_id === status.account.id);

export const hasTag = ({ tags }: FakeStatus, tag: string): boolean =>
  tags.some(({ name }) => normalizeTag(name) === normalizeTag(tag));

/** Returns a post as it is rendered for public feeds: without a viewer. The filters are added last. */
function withoutViewer({ filtered = [], ...status }: FakeStatus): object {
  const fields = Object.entries(status).filter(([name]) => !OF_THE_VIEWER.has(name));
  return { ...Object.fromEntries(fields), filtered };
}

const OF_THE_VIEWER: ReadonlySet<string> = new Set([
  'favourited',
  'reblogged',
  'muted',
  'bookmarked',
  'pinned',
]);
