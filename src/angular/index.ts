/**
 * `mastodon-rx/angular`: timelines by injection, and as signals. Angular 20 to 22, zoneless or with zone.
 */
export { injectTimelines, provideTimelines, TIMELINES } from './timelines.ts';
export { type LiveList, type LiveListConfig } from './liveList.ts';
export { injectTimeline, type LiveTimeline, type LiveTimelineConfig } from './timeline.ts';
export {
  injectNotifications,
  type LiveNotifications,
  type LiveNotificationsConfig,
} from './notifications.ts';
export {
  injectConversations,
  type LiveConversations,
  type LiveConversationsConfig,
} from './conversations.ts';
