/** Keeps connections out of Angular's zone; that of a zoneless app does nothing. */
import { NgZone } from '@angular/core';
import { Observable } from 'rxjs';

/**
 * Subscribes outside of Angular's zone, and tells subscribers inside what comes. The timers and requests
 * of a connection that never ends would keep the app from ever becoming stable, and hydration, testing
 * and service workers wait for that.
 */
export const besideZone =
  (zone: NgZone) =>
  <T>(source: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      // Who subscribes outside wants to stay there.
      const inside = NgZone.isInAngularZone();
      const tell = (what: () => void): void => {
        if (inside) zone.run(what);
        else what();
      };
      return zone.runOutsideAngular(() =>
        source.subscribe({
          next: (value) => tell(() => subscriber.next(value)),
          error: (error: unknown) => tell(() => subscriber.error(error)),
          complete: () => tell(() => subscriber.complete()),
        }),
      );
    });
