/** Custom emoji: pictures that stand for `:shortcode:` in what people write. */
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { CustomEmoji } from 'mastodon-rx';
import { pictureUrl } from './urls';

/** A piece of a text: words, or, where it has an address, the picture that stands for them. */
export interface Piece {
  readonly text: string;
  readonly url?: string;
}

/** Cuts a text where its pictures stand; what has no picture stays as it is written. */
export function piecesOf(text: string, emojis: readonly CustomEmoji[]): readonly Piece[] {
  // None of them moves by itself.
  const urls = new Map(
    emojis.map(({ shortcode, static_url }) => [`:${shortcode}:`, pictureUrl(static_url)]),
  );
  if (urls.size === 0) return [{ text }];
  // Not within a word, nor within a time, says Mastodon.
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

/** Words that are no HTML, with their pictures: names, warnings, answers. */
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
