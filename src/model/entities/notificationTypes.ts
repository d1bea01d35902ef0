/** Lists the notification types, without io-ts: the main entry exports them. */

/** The notification types of Mastodon 4.0 to 4.6. */
export const NOTIFICATION_TYPES = [
  'mention',
  'status',
  'reblog',
  'follow',
  'follow_request',
  'favourite',
  'poll',
  'update',
  'admin.sign_up',
  'admin.report',
  'severed_relationships',
  'moderation_warning',
  'annual_report',
  'quote',
  'quoted_update',
  'added_to_collection',
  'collection_update',
] as const;
