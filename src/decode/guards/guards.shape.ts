/** The checks of the entities wherever code made of the codecs is not worth its bytes: in browsers. */
import { guardOf } from './shape.ts';

export const isStatus = guardOf('Status');
export const isNotification = guardOf('Notification');
export const isConversation = guardOf('Conversation');
export const isAnnouncement = guardOf('Announcement');
export const isAnnouncementReaction = guardOf('AnnouncementReaction');
