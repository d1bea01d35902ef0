import { ChangeDetectionStrategy, Component } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { furnish, lifeOn } from '../../demo/life';
import { POLICIES } from './policies';
import { Reader } from './reader';

/** A Mastodon in this page, so that the app can be tried without a server. */
const server = createFakeMastodon({ url: 'https://demo.example' });
furnish(server);

/** The demo server's timelines; the server is simulated while they are shown. */
@Component({
  selector: 'app-demo',
  imports: [Reader],
  providers: [provideFakeTimelines(server, POLICIES)],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<app-reader host="demo.example, in this page" />`,
})
export class Demo {
  constructor() {
    lifeOn(server).pipe(takeUntilDestroyed()).subscribe();
  }
}
