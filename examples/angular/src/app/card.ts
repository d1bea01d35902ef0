import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { PreviewCard } from 'mastodon-rx';
import { pageUrl, pictureUrl } from './urls';

/** The preview of a post's link. */
@Component({
  selector: 'app-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let it = card();
    @if (link(); as url) {
      <a class="card" target="_blank" rel="noopener noreferrer" [href]="url">
        @if (picture(); as src) {
          <img loading="lazy" [src]="src" [alt]="it.image_description ?? ''" />
        }
        <span class="about" dir="auto" [lang]="it.language ?? ''">
          <span class="hint">{{ it.provider_name || host() }}</span>
          <strong>{{ it.title || url }}</strong>
          @if (it.description) {
            <span class="description">{{ it.description }}</span>
          }
        </span>
      </a>
    }
  `,
})
export class Card {
  readonly card = input.required<PreviewCard>();
  readonly link = computed(() => pageUrl(this.card().url));
  readonly picture = computed(() => pictureUrl(this.card().image));
  readonly host = computed(() => new URL(this.link() ?? '').host);
}
