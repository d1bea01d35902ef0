import { Pipe, type PipeTransform } from '@angular/core';
import type { CustomEmoji } from 'mastodon-rx';
import { piecesOf } from './emojis';

/**
 * Makes every link of a post open beside the app, which it is told nothing of, and puts the pictures of
 * custom emoji in. For `[innerHTML]`, whose sanitizer comes after it: what is parsed here is never shown
 * as it is.
 */
@Pipe({ name: 'postHtml' })
export class PostHtml implements PipeTransform {
  transform(html: string, emojis: readonly CustomEmoji[] = []): string {
    const parsed = new DOMParser().parseFromString(html, 'text/html'); // runs and loads nothing
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
