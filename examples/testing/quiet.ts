// Tells when a stream is alive and nothing is posted: heartbeats come, posts do not. It is here to be tested.
import { ofType, type StreamEvent } from 'mastodon-rx';
import { map, startWith, switchMap, timer, type OperatorFunction } from 'rxjs';

/** Says so once, each time that no post has come for `time` ms. */
export const quiet =
  (time: number): OperatorFunction<StreamEvent, string> =>
  (source) =>
    source.pipe(
      ofType('update'),
      startWith(undefined),
      switchMap(() => timer(time)),
      map(() => `Nothing was posted for ${time / 60_000} min`),
    );
