// Detects a stream that is alive but without posts: heartbeats arrive, posts do not. docs/04-testing.md tests it.
import { ofType, type StreamEvent } from 'mastodon-rx';
import { map, startWith, switchMap, timer, type OperatorFunction } from 'rxjs';

/** Emits once each time that no post has arrived for `time` ms. */
export const quiet =
  (time: number): OperatorFunction<StreamEvent, string> =>
  (source) =>
    source.pipe(
      ofType('update'),
      startWith(undefined),
      switchMap(() => timer(time)),
      map(() => `Nothing was posted for ${time / 60_000} min`),
    );
