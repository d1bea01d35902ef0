/** Emits all events of the page in their order: from buttons and switches to the stream's events. */
import { connectionState, type ConnectionState } from 'mastodon-rx';
import { catchError, connect, map, merge, mergeMap, of, startWith, switchMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Happening, Switches } from './happening.ts';
import type { Action, Village } from './village.ts';

/** An item of the page: an event, or the state of the connection. */
export type Told = Happening | { readonly type: 'state'; readonly state: ConnectionState };

/** Runs the actions, and subscribes to the home timeline again at each emission of `switches$`. */
export function tellStory(
  village: Village,
  actions$: Observable<Action>,
  switches$: Observable<Switches>,
): Observable<Told> {
  const watched$ = switches$.pipe(
    switchMap((switches) => watch(village, switches).pipe(startWith(subscribed(switches)))),
  );
  return merge(watched$, actions$.pipe(mergeMap((action) => village.act(action))));
}

const watch = (village: Village, switches: Switches): Observable<Told> =>
  village
    .timelines(switches)
    .user()
    .pipe(
      connect((events$) =>
        merge(
          events$.pipe(
            map((event): Told => ({ type: 'event', event, post: village.postOf(event) })),
            catchError((error: unknown) => of<Told>({ type: 'failed', error: error as Error })),
          ),
          events$.pipe(
            connectionState(),
            map((state): Told => ({ type: 'state', state })),
          ),
        ),
      ),
    );

const subscribed = (switches: Switches): Told => ({ type: 'subscribed', switches });
