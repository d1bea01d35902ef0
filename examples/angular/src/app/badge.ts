import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MastodonUnauthorizedError } from 'mastodon-rx';
import type { LiveList } from 'mastodon-rx/angular';

const WORDS = {
  connecting: 'Connecting',
  open: 'Live',
  waiting: 'Not connected',
  failed: 'Stopped',
} as const;

/** The status of the connection, with a button to retry. */
@Component({
  selector: 'app-badge',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="badge" role="status" [attr.data-state]="state()">
      <span class="dot" aria-hidden="true"></span>{{ word() }}
    </p>
    @if (seconds(); as left) {
      <!-- Outside the status, so that a screen reader does not announce every second. -->
      <span class="countdown">next try in {{ left }} s</span>
    }
    @if (state() === 'waiting' || state() === 'failed') {
      <button type="button" class="quiet" (click)="list().retry()">Try now</button>
      <p class="reason" [attr.role]="state() === 'failed' ? 'alert' : null">{{ reason() }}</p>
    }
  `,
})
export class Badge {
  readonly list = input.required<LiveList>();
  readonly state = computed(() => this.list().status());
  readonly word = computed(() => WORDS[this.state()]);
  readonly seconds = computed(() => Math.ceil((this.list().retryIn() ?? 0) / 1_000));
  readonly reason = computed(() => {
    const error = this.list().error();
    return error instanceof MastodonUnauthorizedError
      ? `The server does not accept this token: ${error.serverMessage ?? 'it gives no reason'}.`
      : error?.message;
  });
}
