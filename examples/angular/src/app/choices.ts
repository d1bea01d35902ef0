/** The timelines that there are, and how each is opened. */
import type { StreamEvent, Timelines } from 'mastodon-rx';
import type { Observable } from 'rxjs';

/** What is chosen: a kind of timeline, and what it must be told. */
export interface Choice {
  readonly kind: Kind;
  /** A tag without its `#`, or the id of a list. */
  readonly argument: string;
}

interface Way {
  readonly label: string;
  /** What the kind must be told, where it must. */
  readonly asks?: string;
  /** Over REST, where the first page is. */
  readonly page: (argument: string) => string;
  readonly open: (timelines: Timelines, argument: string) => Observable<StreamEvent>;
}

const WAYS = {
  user: {
    label: 'Home',
    page: () => 'timelines/home',
    open: (timelines) => timelines.user(),
  },
  notification: {
    label: 'Notifications',
    page: () => 'notifications',
    open: (timelines) => timelines.userNotification(),
  },
  direct: {
    label: 'Conversations',
    page: () => 'conversations',
    open: (timelines) => timelines.direct(),
  },
  public: {
    label: 'Everything',
    page: () => 'timelines/public',
    open: (timelines) => timelines.public(),
  },
  local: {
    label: 'This server',
    page: () => 'timelines/public?local=true',
    open: (timelines) => timelines.public({ local: true }),
  },
  remote: {
    label: 'Other servers',
    page: () => 'timelines/public?remote=true',
    open: (timelines) => timelines.public({ remote: true }),
  },
  media: {
    label: 'With media',
    page: () => 'timelines/public?only_media=true',
    open: (timelines) => timelines.public({ onlyMedia: true }),
  },
  hashtag: {
    label: 'Hashtag',
    asks: 'Tag',
    page: (tag) => `timelines/tag/${encodeURIComponent(tag)}`,
    open: (timelines, tag) => timelines.hashtag(tag),
  },
  localHashtag: {
    label: 'Hashtag, this server',
    asks: 'Tag',
    page: (tag) => `timelines/tag/${encodeURIComponent(tag)}?local=true`,
    open: (timelines, tag) => timelines.hashtag(tag, { local: true }),
  },
  list: {
    label: 'List',
    asks: 'Number of the list',
    page: (id) => `timelines/list/${encodeURIComponent(id)}`,
    open: (timelines, id) => timelines.list(id),
  },
} satisfies Record<string, Way>;

export type Kind = keyof typeof WAYS;

export const KINDS = Object.keys(WAYS) as readonly Kind[];

export const wayOf = (kind: Kind): Way => WAYS[kind];

export const titleOf = ({ kind, argument }: Choice): string =>
  argument === '' ? wayOf(kind).label : `${wayOf(kind).label}: ${argument}`;
