import { Pipe, type PipeTransform } from '@angular/core';
import type { CustomEmoji } from 'mastodon-rx';
import { piecesOf } from './emojis';

/**
 * Makes every link of a post open in another tab, which gets no referrer and no opener, and inserts the pictures of
 * custom emoji. For `[innerHTML]`, whose sanitizer runs after it: the HTML that is parsed here is never shown
 * without it.
 */
@Pipe({ name: 'postHtml' })
export class PostHtml implements PipeTransform {
  transform(html: string, emojis: readonly CustomEmoji[] = []): string {
    const parsed = new DOMParser().parseFromString(html, 'text/html'); // runs no script, and loads nothing
    for (const link of parsed.querySelectorAll('a')) {
      link.rel = 'noopener noreferrer';
      link.target = '_blank';
    }
    if (emojis.length > 0) {
      for (const text of textsOf(parsed)) {
        const pieces = piecesOf(text.data, emojis);
        text.replaceWith(
          ...pieces.map((piece) => (piece.url ? pictureOf(parsed, piece) : piece.text)),
        );
      }
    }
    return parsed.body.innerHTML;
  }
}

function textsOf(parsed: Document): Text[] {
  const walker = parsed.createTreeWalker(parsed.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

function pictureOf(parsed: Document, { text, url = '' }: { text: string; url?: string }): Element {
  const picture = parsed.createElement('img');
  picture.className = 'emoji';
  picture.src = url;
  picture.alt = text;
  picture.title = text;
  return picture;
}
