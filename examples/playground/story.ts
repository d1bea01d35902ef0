/** Tells everything that happens, in its order: from buttons and switches to what the stream emits. */
import { connectionState, type ConnectionState } from 'mastodon-rx';
import { catchError, connect, map, merge, mergeMap, of, startWith, switchMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Happening, Switches } from './happening.ts';
import type { Action, Village } from './village.ts';

/** What the page shows: something that happens, or the state of the connection. */
export type Told = Happening | { readonly type: 'state'; readonly state: ConnectionState };

/** Lets the actions happen, and subscribes to the home timeline anew whenever `switches$` emits. */
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
