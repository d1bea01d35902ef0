/** Exports the entities' checks for browsers, which interpret the shapes: generated code would be larger. */
import { guardOf } from './shape.ts';

export const isStatus = guardOf('Status');
export const isNotification = guardOf('Notification');
export const isConversation = guardOf('Conversation');
export const isAnnouncement = guardOf('Announcement');
export const isAnnouncementReaction = guardOf('AnnouncementReaction');
