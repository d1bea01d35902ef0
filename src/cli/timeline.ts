/** Maps the timeline of a command line to its Observable. */
import type { Observable } from 'rxjs';
import type { StreamConfig, StreamEvent, Timelines } from '../index.ts';

/** A timeline, as the command line names it. */
export type Timeline =
  | { readonly kind: 'user' | 'notifications' | 'direct' }
  | {
      readonly kind: 'public';
      readonly local: boolean;
      readonly remote: boolean;
      readonly media: boolean;
    }
  | { readonly kind: 'hashtag'; readonly tag: string; readonly local: boolean }
  | { readonly kind: 'list'; readonly id: string };

/** Returns the stream of `timeline`, which opens nothing before it is subscribed to. */
export function streamOf(
  timelines: Timelines,
  timeline: Timeline,
  config: StreamConfig,
): Observable<StreamEvent> {
  switch (timeline.kind) {
    case 'user':
      return timelines.user(config);
    case 'notifications':
      return timelines.userNotification(config);
    case 'direct':
      return timelines.direct(config);
    case 'public': {
      const { local, remote, media: onlyMedia } = timeline;
      return timelines.public({ local, remote, onlyMedia, ...config });
    }
    case 'hashtag':
      return timelines.hashtag(timeline.tag, { local: timeline.local, ...config });
    case 'list':
      return timelines.list(timeline.id, config);
  }
}
