import { Component, computed, input } from '@angular/core';
import type { MediaAttachment } from 'mastodon-rx';

@Component({
  selector: 'app-media',
  template: `
    @let medium = attachment();
    @switch (kind()) {
      @case ('image') {
        <a [href]="medium.url" target="_blank" rel="noopener noreferrer">
          <img loading="lazy" [src]="medium.preview_url ?? medium.url" [alt]="words()" />
        </a>
      }
      @case ('video') {
        <video
          controls
          preload="none"
          [src]="medium.url"
          [poster]="medium.preview_url ?? ''"
          [attr.aria-label]="words()"
        ></video>
      }
      @case ('audio') {
        <audio controls preload="none" [src]="medium.url" [attr.aria-label]="words()"></audio>
      }
      @default {
        <p class="hint">A file that this server has not fetched: {{ words() }}</p>
      }
    }
  `,
})
export class Media {
  readonly attachment = input.required<MediaAttachment>();
  readonly kind = computed(() => {
    const { type, url } = this.attachment();
    if (!url) return 'unknown';
    return type === 'gifv' ? 'video' : type;
  });
  readonly words = computed(
    () => this.attachment().description ?? `${this.attachment().type} without a description`,
  );
}
