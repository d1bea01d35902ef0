/** The timelines to choose from, and how each is opened. */
import type { FilterContext, StreamEvent, Timelines } from 'mastodon-rx';
import type { Observable } from 'rxjs';

/** A choice: a kind of timeline, with its argument. */
export interface Choice {
  readonly kind: Kind;
  /** A tag without its `#`, or the id of a list. */
  readonly argument: string;
}

interface Way {
  readonly label: string;
  /** The argument of the kind, if it has one. */
  readonly asks?: string;
  /** The context of the viewer's filters, with Mastodon's names. */
  readonly context: FilterContext;
  readonly open: (timelines: Timelines, argument: string) => Observable<StreamEvent>;
}

/** The number of items at the start of a timeline: a page of Mastodon. */
const PAGE = 40;

const WAYS = {
  user: {
    label: 'Home',
    context: 'home',
    open: (timelines) => timelines.user({ backfill: { status: PAGE } }),
  },
  notification: {
    label: 'Notifications',
    context: 'notifications',
    open: (timelines) => timelines.userNotification({ backfill: PAGE }),
  },
  direct: {
    label: 'Conversations',
    context: 'thread',
    open: (timelines) => timelines.direct({ backfill: PAGE }),
  },
  public: {
    label: 'Everything',
    context: 'public',
    open: (timelines) => timelines.public({ backfill: PAGE }),
  },
  local: {
    label: 'This server',
    context: 'public',
    open: (timelines) => timelines.public({ local: true, backfill: PAGE }),
  },
  remote: {
    label: 'Other servers',
    context: 'public',
    open: (timelines) => timelines.public({ remote: true, backfill: PAGE }),
  },
  media: {
    label: 'With media',
    context: 'public',
    open: (timelines) => timelines.public({ onlyMedia: true, backfill: PAGE }),
  },
  hashtag: {
    label: 'Hashtag',
    asks: 'Tag',
    context: 'public',
    open: (timelines, tag) => timelines.hashtag(tag, { backfill: PAGE }),
  },
  localHashtag: {
    label: 'Hashtag, this server',
    asks: 'Tag',
    context: 'public',
    open: (timelines, tag) => timelines.hashtag(tag, { local: true, backfill: PAGE }),
  },
  list: {
    label: 'List',
    asks: 'Number of the list',
    context: 'home',
    open: (timelines, id) => timelines.list(id, { backfill: PAGE }),
  },
} satisfies Record<string, Way>;

export type Kind = keyof typeof WAYS;

export const KINDS = Object.keys(WAYS) as readonly Kind[];

export const wayOf = (kind: Kind): Way => WAYS[kind];

export const titleOf = ({ kind, argument }: Choice): string =>
  argument === '' ? wayOf(kind).label : `${wayOf(kind).label}: ${argument}`;
