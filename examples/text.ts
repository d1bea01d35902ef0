/** The text of a post, without its HTML. */
import type { Status } from 'mastodon-rx';

/** The content warning and the text of a post, or of the post that it boosts. */
export function textOf({ reblog, ...status }: Status): string {
  const { spoiler_text: warning, content } = reblog ?? status;
  return `${warning}\n${content}`
    .replace(/<br\s*\/?>|<\/p>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .trim();
}

/** The characters that Mastodon escapes. */
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
