/** Custom emoji: pictures in place of `:shortcode:` in texts. */
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { CustomEmoji } from 'mastodon-rx';
import { pictureUrl } from './urls';

/** A piece of a text: words, or, if it has a URL, the picture in place of them. */
export interface Piece {
  readonly text: string;
  readonly url?: string;
}

/** Splits a text at its custom emoji; a shortcode without a picture stays text. */
export function piecesOf(text: string, emojis: readonly CustomEmoji[]): readonly Piece[] {
  // the static version
  const urls = new Map(
    emojis.map(({ shortcode, static_url }) => [`:${shortcode}:`, pictureUrl(static_url)]),
  );
  if (urls.size === 0) return [{ text }];
  // Like in Mastodon, not within a word or a time.
  const [before, after] = [String.raw`(?<![\p{L}\p{N}:])`, String.raw`(?![\p{L}\p{N}:])`];
  const codes = new RegExp(`${before}(${[...urls.keys()].map(literal).join('|')})${after}`, 'u');
  return text
    .split(codes)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const url = urls.get(piece);
      return url === undefined ? { text: piece } : { text: piece, url };
    });
}

const literal = (text: string): string => text.replace(/[$()*+./?[\\\]^{|}]/g, '\\$&');

/** Plain text with its custom emoji: names, warnings, answers. */
@Component({
  selector: 'app-words',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (piece of pieces(); track $index) {
      @if (piece.url) {
        <img class="emoji" [src]="piece.url" [alt]="piece.text" [title]="piece.text" />
      } @else {
        <ng-container>{{ piece.text }}</ng-container>
      }
    }
  `,
})
export class Words {
  readonly text = input.required<string>();
  readonly emojis = input<readonly CustomEmoji[]>();
  readonly pieces = computed(() => piecesOf(this.text(), this.emojis() ?? []));
}
