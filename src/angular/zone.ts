/** Keeps connections out of Angular's zone. In a zoneless app it has no effect. */
import { NgZone } from '@angular/core';
import { Observable } from 'rxjs';

/**
 * Subscribes outside Angular's zone; subscribers inside the zone receive events inside it. The timers and requests
 * of an endless connection would prevent the app from becoming stable, which hydration, tests and service workers
 * wait for.
 */
export const besideZone =
  (zone: NgZone) =>
  <T>(source: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      // A subscriber outside the zone receives events outside it.
      const inside = NgZone.isInAngularZone();
      const enter = (what: () => void): void => {
        if (inside) zone.run(what);
        else what();
      };
      return zone.runOutsideAngular(() =>
        source.subscribe({
          next: (value) => enter(() => subscriber.next(value)),
          error: (error: unknown) => enter(() => subscriber.error(error)),
          complete: () => enter(() => subscriber.complete()),
        }),
      );
    });
