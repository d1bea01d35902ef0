/**
 * GENERATED from the codecs of src/entities by spec/generate/shapes.ts: change those, then run
 * "npm run generate".
 *
 * `key:kind` is a field, `key?kind` one that may be absent or null. Kinds: `s` a string, `n` a number, `b` a
 * boolean, `[s]` an array, `A|B` either, `s~` that or null, or the name of another shape.
 */

export const SHAPES = {
  Status:
    'id:s created_at:s account:Account content:s visibility:s sensitive:b spoiler_text:s uri:s url:s~ in_reply_to_id:s~ in_reply_to_account_id:s~ replies_count:n reblogs_count:n favourites_count:n media_attachments:[MediaAttachment] mentions:[Mention] tags:[Tag] emojis:[CustomEmoji] edited_at?s language?s quotes_count?n application?Application card?PreviewCard poll?Poll favourited?b reblogged?b muted?b bookmarked?b pinned?b filtered?[FilterResult] text?s quote_approval?QuoteApproval tagged_collections?[Collection] local_only?b content_type?s quote_id?s reblog?Status quote?Quote|ShallowQuote|Status',
  Account:
    'id:s username:s acct:s display_name:s note:s url:s~ avatar:s avatar_static:s header:s header_static:s locked:b created_at:s followers_count:n following_count:n statuses_count:n emojis:[CustomEmoji] fields:[Field] uri?s bot?b group?b discoverable?b indexable?b noindex?b suspended?b limited?b memorial?b hide_collections?b last_status_at?s avatar_description?s header_description?s show_media?b show_media_replies?b show_featured?b invalid_handle?b email_subscriptions?b feature_approval?FeatureApproval roles?[Role] role?Role source?Source mute_expires_at?s moved?Account',
  CustomEmoji: 'shortcode:s url:s static_url:s visible_in_picker?b category?s featured?b',
  Field: 'name:s value:s verified_at?s',
  FeatureApproval: 'automatic:[s] manual:[s] current_user?s',
  Role: 'name:s id?s color?s permissions?s highlighted?b collection_limit?n',
  Source:
    'note?s fields?[Field] privacy?s sensitive?b language?s follow_requests_count?n hide_collections?b discoverable?b indexable?b attribution_domains?[s] quote_policy?s',
  MediaAttachment:
    'id:s type:s url:s~ preview_url?s remote_url?s preview_remote_url?s text_url?s meta?MediaMeta description?s blurhash?s',
  MediaMeta:
    'original?MediaDimensions small?MediaDimensions focus?MediaFocus length?s duration?n fps?n size?s width?n height?n aspect?n audio_encode?s audio_bitrate?s audio_channels?s',
  MediaDimensions: 'width?n height?n size?s aspect?n frame_rate?s duration?n bitrate?n',
  MediaFocus: 'x?n y?n',
  Mention: 'id:s acct:s url:s~ username?s',
  Tag: 'name:s url:s',
  Application: 'name?s website?s',
  PreviewCard:
    'url:s title:s description:s type:s language?s author_name?s author_url?s authors?[PreviewCardAuthor] provider_name?s provider_url?s html?s width?n height?n image?s image_description?s embed_url?s blurhash?s published_at?s missing_attribution?b',
  PreviewCardAuthor: 'name?s url?s account?Account',
  Poll: 'id:s expired:b multiple:b votes_count:n options:[PollOption] expires_at?s voters_count?n voted?b own_votes?[n] emojis?[CustomEmoji]',
  PollOption: 'title:s votes_count?n',
  FilterResult: 'filter:Filter keyword_matches?[s] status_matches?[s]',
  Filter:
    'id:s title:s context:[s] filter_action?s expires_at?s keywords?[FilterKeyword] statuses?[FilterStatus]',
  FilterKeyword: 'id:s keyword:s whole_word?b',
  FilterStatus: 'id:s status_id?s',
  QuoteApproval: 'automatic:[s] manual:[s] current_user?s',
  Collection:
    'id:s name:s account_id?s uri?s url?s description?s language?s local?b sensitive?b discoverable?b tag?Tag item_count?n items?[CollectionItem] created_at?s updated_at?s',
  CollectionItem: 'id:s account_id?s state?s created_at?s',
  Quote: 'state:s quoted_status:Status~',
  ShallowQuote: 'state:s quoted_status_id:s~',
  Notification:
    'id:s type:s created_at:s account:Account group_key?s filtered?b status?Status report?Report event?RelationshipSeveranceEvent moderation_warning?AccountWarning collection?Collection fallback?NotificationFallback emoji?s emoji_url?s',
  Report:
    'id:s target_account:Account action_taken?b action_taken_at?s category?s comment?s forwarded?b created_at?s status_ids?[s] rule_ids?[s] collection_ids?[s]',
  RelationshipSeveranceEvent:
    'id:s type:s purged?b target_name?s followers_count?n following_count?n created_at?s',
  AccountWarning:
    'id:s action:s text?s status_ids?[s] target_account?Account appeal?Appeal created_at?s',
  Appeal: 'text:s state:s',
  NotificationFallback: 'title?s summary?s details?s',
  Conversation: 'id:s unread:b accounts:[Account] last_status?Status',
  Announcement:
    'id:s content:s starts_at?s ends_at?s all_day?b published_at?s updated_at?s read?b mentions?[Mention] statuses?[AnnouncementStatus] tags?[Tag] emojis?[CustomEmoji] reactions?[Reaction]',
  AnnouncementStatus: 'id:s url?s',
  Reaction: 'name:s count:n me?b url?s static_url?s',
  AnnouncementReaction: 'name:s count:n me?b url?s static_url?s announcement_id:s',
} as const;
