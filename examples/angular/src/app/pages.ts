import { inject } from '@angular/core';
import { catchError, of, switchMap, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { Session } from './session';

/**
 * Returns a function that asks for what a timeline has had before it is watched, over REST; empty where
 * that is not to be had.
 */
export function injectPages(): <T>(path: string) => Observable<readonly T[]> {
  const account = inject(Session).account();
  const headers = { authorization: `Bearer ${account?.token}` };
  return <T>(path: string) =>
    fromFetch(`${account?.server}/api/v1/${path}`, { headers, credentials: 'omit' }).pipe(
      switchMap((response) => (response.ok ? (response.json() as Promise<T[]>) : of([]))),
      catchError(() => of([])), // the stream tells what is wrong
    );
}
