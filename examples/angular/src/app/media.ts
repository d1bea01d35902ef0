import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { MediaAttachment } from 'mastodon-rx';
import { pageUrl, pictureUrl } from './urls';

@Component({
  selector: 'app-media',
  imports: [NgTemplateOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @switch (kind()) {
      @case ('image') {
        @if (link(); as url) {
          <a target="_blank" rel="noopener noreferrer" [href]="url">
            <ng-container [ngTemplateOutlet]="image" />
          </a>
        } @else {
          <ng-container [ngTemplateOutlet]="image" />
        }
      }
      @case ('video') {
        <video
          controls
          preload="none"
          [src]="link()"
          [attr.poster]="picture()"
          [attr.aria-label]="words()"
        ></video>
      }
      @case ('audio') {
        <audio controls preload="none" [src]="link()" [attr.aria-label]="words()"></audio>
      }
      @default {
        <p class="hint">A file that this server has not fetched: {{ words() }}</p>
      }
    }
    <ng-template #image>
      <img loading="lazy" [src]="picture()" [alt]="words()" [title]="words()" />
    </ng-template>
  `,
})
export class Media {
  readonly attachment = input.required<MediaAttachment>();
  readonly link = computed(() => pageUrl(this.attachment().url));
  readonly picture = computed(
    () => pictureUrl(this.attachment().preview_url) ?? pictureUrl(this.attachment().url),
  );
  readonly kind = computed(() => {
    const { type } = this.attachment();
    if (type === 'image') return this.picture() ? type : 'unknown';
    if (!this.link()) return 'unknown';
    return type === 'gifv' ? 'video' : type;
  });
  readonly words = computed(
    () => this.attachment().description || `${this.attachment().type} without a description`,
  );
}
