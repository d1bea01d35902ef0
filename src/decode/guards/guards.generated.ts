/* eslint-disable -- generated */
/**
 * GENERATED from the codecs of src/entities by spec/generate/guards.ts: change those, then run
 * "npm run generate". What "codec.is" says, as straight-line code.
 */

type Guard = (value: unknown) => boolean;

/** Tells whether each element fits; like with Array.prototype.every, a hole fits anything. */
const all = (list: any, fits: Guard): boolean => {
  if (!Array.isArray(list)) return false;
  for (let i = 0; i < list.length; i++) if (!fits(list[i]) && i in list) return false;
  return true;
};

/** CustomEmoji */
const isCustomEmoji: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.shortcode === 'string' &&
  typeof v.url === 'string' &&
  typeof v.static_url === 'string' &&
  ((x = v.visible_in_picker) == null || typeof x === 'boolean') &&
  ((x = v.category) == null || typeof x === 'string') &&
  ((x = v.featured) == null || typeof x === 'boolean');

/** Field */
const isField: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.name === 'string' &&
  typeof v.value === 'string' &&
  ((x = v.verified_at) == null || typeof x === 'string');

/** FeatureApproval */
const isFeatureApproval: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  all(v.automatic, (e) => typeof e === 'string') &&
  all(v.manual, (e) => typeof e === 'string') &&
  ((x = v.current_user) == null || typeof x === 'string');

/** Role */
const isRole: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.name === 'string' &&
  ((x = v.id) == null || typeof x === 'string') &&
  ((x = v.color) == null || typeof x === 'string') &&
  ((x = v.permissions) == null || typeof x === 'string') &&
  ((x = v.highlighted) == null || typeof x === 'boolean') &&
  ((x = v.collection_limit) == null || typeof x === 'number');

/** Source */
const isSource: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.note) == null || typeof x === 'string') &&
  ((x = v.fields) == null || all(x, isField)) &&
  ((x = v.privacy) == null || typeof x === 'string') &&
  ((x = v.sensitive) == null || typeof x === 'boolean') &&
  ((x = v.language) == null || typeof x === 'string') &&
  ((x = v.follow_requests_count) == null || typeof x === 'number') &&
  ((x = v.hide_collections) == null || typeof x === 'boolean') &&
  ((x = v.discoverable) == null || typeof x === 'boolean') &&
  ((x = v.indexable) == null || typeof x === 'boolean') &&
  ((x = v.attribution_domains) == null || all(x, (e) => typeof e === 'string')) &&
  ((x = v.quote_policy) == null || typeof x === 'string');

/** Account */
const isAccount: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.username === 'string' &&
  typeof v.acct === 'string' &&
  typeof v.display_name === 'string' &&
  typeof v.note === 'string' &&
  ((x = v.url) === null || typeof x === 'string') &&
  typeof v.avatar === 'string' &&
  typeof v.avatar_static === 'string' &&
  typeof v.header === 'string' &&
  typeof v.header_static === 'string' &&
  typeof v.locked === 'boolean' &&
  typeof v.created_at === 'string' &&
  typeof v.followers_count === 'number' &&
  typeof v.following_count === 'number' &&
  typeof v.statuses_count === 'number' &&
  all(v.emojis, isCustomEmoji) &&
  all(v.fields, isField) &&
  ((x = v.uri) == null || typeof x === 'string') &&
  ((x = v.bot) == null || typeof x === 'boolean') &&
  ((x = v.group) == null || typeof x === 'boolean') &&
  ((x = v.discoverable) == null || typeof x === 'boolean') &&
  ((x = v.indexable) == null || typeof x === 'boolean') &&
  ((x = v.noindex) == null || typeof x === 'boolean') &&
  ((x = v.suspended) == null || typeof x === 'boolean') &&
  ((x = v.limited) == null || typeof x === 'boolean') &&
  ((x = v.memorial) == null || typeof x === 'boolean') &&
  ((x = v.hide_collections) == null || typeof x === 'boolean') &&
  ((x = v.last_status_at) == null || typeof x === 'string') &&
  ((x = v.avatar_description) == null || typeof x === 'string') &&
  ((x = v.header_description) == null || typeof x === 'string') &&
  ((x = v.show_media) == null || typeof x === 'boolean') &&
  ((x = v.show_media_replies) == null || typeof x === 'boolean') &&
  ((x = v.show_featured) == null || typeof x === 'boolean') &&
  ((x = v.invalid_handle) == null || typeof x === 'boolean') &&
  ((x = v.email_subscriptions) == null || typeof x === 'boolean') &&
  ((x = v.feature_approval) == null || isFeatureApproval(x)) &&
  ((x = v.roles) == null || all(x, isRole)) &&
  ((x = v.role) == null || isRole(x)) &&
  ((x = v.source) == null || isSource(x)) &&
  ((x = v.mute_expires_at) == null || typeof x === 'string') &&
  ((x = v.moved) == null || isAccount(x));

/** MediaDimensions */
const isMediaDimensions: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.width) == null || typeof x === 'number') &&
  ((x = v.height) == null || typeof x === 'number') &&
  ((x = v.size) == null || typeof x === 'string') &&
  ((x = v.aspect) == null || typeof x === 'number') &&
  ((x = v.frame_rate) == null || typeof x === 'string') &&
  ((x = v.duration) == null || typeof x === 'number') &&
  ((x = v.bitrate) == null || typeof x === 'number');

/** MediaFocus */
const isMediaFocus: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.x) == null || typeof x === 'number') &&
  ((x = v.y) == null || typeof x === 'number');

/** MediaMeta */
const isMediaMeta: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.original) == null || isMediaDimensions(x)) &&
  ((x = v.small) == null || isMediaDimensions(x)) &&
  ((x = v.focus) == null || isMediaFocus(x)) &&
  ((x = v.length) == null || typeof x === 'string') &&
  ((x = v.duration) == null || typeof x === 'number') &&
  ((x = v.fps) == null || typeof x === 'number') &&
  ((x = v.size) == null || typeof x === 'string') &&
  ((x = v.width) == null || typeof x === 'number') &&
  ((x = v.height) == null || typeof x === 'number') &&
  ((x = v.aspect) == null || typeof x === 'number') &&
  ((x = v.audio_encode) == null || typeof x === 'string') &&
  ((x = v.audio_bitrate) == null || typeof x === 'string') &&
  ((x = v.audio_channels) == null || typeof x === 'string');

/** MediaAttachment */
const isMediaAttachment: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.type === 'string' &&
  ((x = v.url) === null || typeof x === 'string') &&
  ((x = v.preview_url) == null || typeof x === 'string') &&
  ((x = v.remote_url) == null || typeof x === 'string') &&
  ((x = v.preview_remote_url) == null || typeof x === 'string') &&
  ((x = v.text_url) == null || typeof x === 'string') &&
  ((x = v.meta) == null || isMediaMeta(x)) &&
  ((x = v.description) == null || typeof x === 'string') &&
  ((x = v.blurhash) == null || typeof x === 'string');

/** Mention */
const isMention: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.acct === 'string' &&
  ((x = v.url) === null || typeof x === 'string') &&
  ((x = v.username) == null || typeof x === 'string');

/** Tag */
const isTag: Guard = (v: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.name === 'string' &&
  typeof v.url === 'string';

/** Application */
const isApplication: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.name) == null || typeof x === 'string') &&
  ((x = v.website) == null || typeof x === 'string');

/** PreviewCardAuthor */
const isPreviewCardAuthor: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.name) == null || typeof x === 'string') &&
  ((x = v.url) == null || typeof x === 'string') &&
  ((x = v.account) == null || isAccount(x));

/** PreviewCard */
const isPreviewCard: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.url === 'string' &&
  typeof v.title === 'string' &&
  typeof v.description === 'string' &&
  typeof v.type === 'string' &&
  ((x = v.language) == null || typeof x === 'string') &&
  ((x = v.author_name) == null || typeof x === 'string') &&
  ((x = v.author_url) == null || typeof x === 'string') &&
  ((x = v.authors) == null || all(x, isPreviewCardAuthor)) &&
  ((x = v.provider_name) == null || typeof x === 'string') &&
  ((x = v.provider_url) == null || typeof x === 'string') &&
  ((x = v.html) == null || typeof x === 'string') &&
  ((x = v.width) == null || typeof x === 'number') &&
  ((x = v.height) == null || typeof x === 'number') &&
  ((x = v.image) == null || typeof x === 'string') &&
  ((x = v.image_description) == null || typeof x === 'string') &&
  ((x = v.embed_url) == null || typeof x === 'string') &&
  ((x = v.blurhash) == null || typeof x === 'string') &&
  ((x = v.published_at) == null || typeof x === 'string') &&
  ((x = v.missing_attribution) == null || typeof x === 'boolean');

/** PollOption */
const isPollOption: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.title === 'string' &&
  ((x = v.votes_count) == null || typeof x === 'number');

/** Poll */
const isPoll: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.expired === 'boolean' &&
  typeof v.multiple === 'boolean' &&
  typeof v.votes_count === 'number' &&
  all(v.options, isPollOption) &&
  ((x = v.expires_at) == null || typeof x === 'string') &&
  ((x = v.voters_count) == null || typeof x === 'number') &&
  ((x = v.voted) == null || typeof x === 'boolean') &&
  ((x = v.own_votes) == null || all(x, (e) => typeof e === 'number')) &&
  ((x = v.emojis) == null || all(x, isCustomEmoji));

/** FilterKeyword */
const isFilterKeyword: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.keyword === 'string' &&
  ((x = v.whole_word) == null || typeof x === 'boolean');

/** FilterStatus */
const isFilterStatus: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  ((x = v.status_id) == null || typeof x === 'string');

/** Filter */
const isFilter: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.title === 'string' &&
  all(v.context, (e) => typeof e === 'string') &&
  ((x = v.filter_action) == null || typeof x === 'string') &&
  ((x = v.expires_at) == null || typeof x === 'string') &&
  ((x = v.keywords) == null || all(x, isFilterKeyword)) &&
  ((x = v.statuses) == null || all(x, isFilterStatus));

/** FilterResult */
const isFilterResult: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  isFilter(v.filter) &&
  ((x = v.keyword_matches) == null || all(x, (e) => typeof e === 'string')) &&
  ((x = v.status_matches) == null || all(x, (e) => typeof e === 'string'));

/** QuoteApproval */
const isQuoteApproval: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  all(v.automatic, (e) => typeof e === 'string') &&
  all(v.manual, (e) => typeof e === 'string') &&
  ((x = v.current_user) == null || typeof x === 'string');

/** CollectionItem */
const isCollectionItem: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  ((x = v.account_id) == null || typeof x === 'string') &&
  ((x = v.state) == null || typeof x === 'string') &&
  ((x = v.created_at) == null || typeof x === 'string');

/** Collection */
const isCollection: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.name === 'string' &&
  ((x = v.account_id) == null || typeof x === 'string') &&
  ((x = v.uri) == null || typeof x === 'string') &&
  ((x = v.url) == null || typeof x === 'string') &&
  ((x = v.description) == null || typeof x === 'string') &&
  ((x = v.language) == null || typeof x === 'string') &&
  ((x = v.local) == null || typeof x === 'boolean') &&
  ((x = v.sensitive) == null || typeof x === 'boolean') &&
  ((x = v.discoverable) == null || typeof x === 'boolean') &&
  ((x = v.tag) == null || isTag(x)) &&
  ((x = v.item_count) == null || typeof x === 'number') &&
  ((x = v.items) == null || all(x, isCollectionItem)) &&
  ((x = v.created_at) == null || typeof x === 'string') &&
  ((x = v.updated_at) == null || typeof x === 'string');

/** Quote */
const isQuote: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.state === 'string' &&
  ((x = v.quoted_status) === null || isStatus(x));

/** ShallowQuote */
const isShallowQuote: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.state === 'string' &&
  ((x = v.quoted_status_id) === null || typeof x === 'string');

/** Status */
const isStatus: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.created_at === 'string' &&
  isAccount(v.account) &&
  typeof v.content === 'string' &&
  typeof v.visibility === 'string' &&
  typeof v.sensitive === 'boolean' &&
  typeof v.spoiler_text === 'string' &&
  typeof v.uri === 'string' &&
  ((x = v.url) === null || typeof x === 'string') &&
  ((x = v.in_reply_to_id) === null || typeof x === 'string') &&
  ((x = v.in_reply_to_account_id) === null || typeof x === 'string') &&
  typeof v.replies_count === 'number' &&
  typeof v.reblogs_count === 'number' &&
  typeof v.favourites_count === 'number' &&
  all(v.media_attachments, isMediaAttachment) &&
  all(v.mentions, isMention) &&
  all(v.tags, isTag) &&
  all(v.emojis, isCustomEmoji) &&
  ((x = v.edited_at) == null || typeof x === 'string') &&
  ((x = v.language) == null || typeof x === 'string') &&
  ((x = v.quotes_count) == null || typeof x === 'number') &&
  ((x = v.application) == null || isApplication(x)) &&
  ((x = v.card) == null || isPreviewCard(x)) &&
  ((x = v.poll) == null || isPoll(x)) &&
  ((x = v.favourited) == null || typeof x === 'boolean') &&
  ((x = v.reblogged) == null || typeof x === 'boolean') &&
  ((x = v.muted) == null || typeof x === 'boolean') &&
  ((x = v.bookmarked) == null || typeof x === 'boolean') &&
  ((x = v.pinned) == null || typeof x === 'boolean') &&
  ((x = v.filtered) == null || all(x, isFilterResult)) &&
  ((x = v.text) == null || typeof x === 'string') &&
  ((x = v.quote_approval) == null || isQuoteApproval(x)) &&
  ((x = v.tagged_collections) == null || all(x, isCollection)) &&
  ((x = v.local_only) == null || typeof x === 'boolean') &&
  ((x = v.content_type) == null || typeof x === 'string') &&
  ((x = v.quote_id) == null || typeof x === 'string') &&
  ((x = v.reblog) == null || isStatus(x)) &&
  ((x = v.quote) == null || isQuote(x) || isShallowQuote(x) || isStatus(x));

/** Report */
const isReport: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  isAccount(v.target_account) &&
  ((x = v.action_taken) == null || typeof x === 'boolean') &&
  ((x = v.action_taken_at) == null || typeof x === 'string') &&
  ((x = v.category) == null || typeof x === 'string') &&
  ((x = v.comment) == null || typeof x === 'string') &&
  ((x = v.forwarded) == null || typeof x === 'boolean') &&
  ((x = v.created_at) == null || typeof x === 'string') &&
  ((x = v.status_ids) == null || all(x, (e) => typeof e === 'string')) &&
  ((x = v.rule_ids) == null || all(x, (e) => typeof e === 'string')) &&
  ((x = v.collection_ids) == null || all(x, (e) => typeof e === 'string'));

/** RelationshipSeveranceEvent */
const isRelationshipSeveranceEvent: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.type === 'string' &&
  ((x = v.purged) == null || typeof x === 'boolean') &&
  ((x = v.target_name) == null || typeof x === 'string') &&
  ((x = v.followers_count) == null || typeof x === 'number') &&
  ((x = v.following_count) == null || typeof x === 'number') &&
  ((x = v.created_at) == null || typeof x === 'string');

/** Appeal */
const isAppeal: Guard = (v: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.text === 'string' &&
  typeof v.state === 'string';

/** AccountWarning */
const isAccountWarning: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.action === 'string' &&
  ((x = v.text) == null || typeof x === 'string') &&
  ((x = v.status_ids) == null || all(x, (e) => typeof e === 'string')) &&
  ((x = v.target_account) == null || isAccount(x)) &&
  ((x = v.appeal) == null || isAppeal(x)) &&
  ((x = v.created_at) == null || typeof x === 'string');

/** NotificationFallback */
const isNotificationFallback: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  ((x = v.title) == null || typeof x === 'string') &&
  ((x = v.summary) == null || typeof x === 'string') &&
  ((x = v.details) == null || typeof x === 'string');

/** Notification */
const isNotification: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.type === 'string' &&
  typeof v.created_at === 'string' &&
  isAccount(v.account) &&
  ((x = v.group_key) == null || typeof x === 'string') &&
  ((x = v.filtered) == null || typeof x === 'boolean') &&
  ((x = v.status) == null || isStatus(x)) &&
  ((x = v.report) == null || isReport(x)) &&
  ((x = v.event) == null || isRelationshipSeveranceEvent(x)) &&
  ((x = v.moderation_warning) == null || isAccountWarning(x)) &&
  ((x = v.collection) == null || isCollection(x)) &&
  ((x = v.fallback) == null || isNotificationFallback(x)) &&
  ((x = v.emoji) == null || typeof x === 'string') &&
  ((x = v.emoji_url) == null || typeof x === 'string');

/** Conversation */
const isConversation: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.unread === 'boolean' &&
  all(v.accounts, isAccount) &&
  ((x = v.last_status) == null || isStatus(x));

/** AnnouncementStatus */
const isAnnouncementStatus: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  ((x = v.url) == null || typeof x === 'string');

/** Reaction */
const isReaction: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.name === 'string' &&
  typeof v.count === 'number' &&
  ((x = v.me) == null || typeof x === 'boolean') &&
  ((x = v.url) == null || typeof x === 'string') &&
  ((x = v.static_url) == null || typeof x === 'string');

/** Announcement */
const isAnnouncement: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.id === 'string' &&
  typeof v.content === 'string' &&
  ((x = v.starts_at) == null || typeof x === 'string') &&
  ((x = v.ends_at) == null || typeof x === 'string') &&
  ((x = v.all_day) == null || typeof x === 'boolean') &&
  ((x = v.published_at) == null || typeof x === 'string') &&
  ((x = v.updated_at) == null || typeof x === 'string') &&
  ((x = v.read) == null || typeof x === 'boolean') &&
  ((x = v.mentions) == null || all(x, isMention)) &&
  ((x = v.statuses) == null || all(x, isAnnouncementStatus)) &&
  ((x = v.tags) == null || all(x, isTag)) &&
  ((x = v.emojis) == null || all(x, isCustomEmoji)) &&
  ((x = v.reactions) == null || all(x, isReaction));

/** AnnouncementReaction */
const isAnnouncementReaction: Guard = (v: any, x?: any) =>
  typeof v === 'object' &&
  v !== null &&
  !Array.isArray(v) &&
  typeof v.name === 'string' &&
  typeof v.count === 'number' &&
  typeof v.announcement_id === 'string' &&
  ((x = v.me) == null || typeof x === 'boolean') &&
  ((x = v.url) == null || typeof x === 'string') &&
  ((x = v.static_url) == null || typeof x === 'string');

export { isStatus, isNotification, isConversation, isAnnouncement, isAnnouncementReaction };
