import { onTestFinished } from 'vitest';

/** Changes a page like a browser does. */
export interface TestPage {
  goOffline(): void;
  goOnline(): void;
  /** Leaves the page, which enters the back/forward cache. */
  leave(): void;
  /** Returns from there; with `persisted: false` the page was loaded instead. */
  comeBack(config?: { persisted: boolean }): void;
  hide(): void;
  show(): void;
  /** Thaws a page that was frozen. */
  thaw(): void;
}

/**
 * The page of the test: the browser's own if there is one, and in Node a window that only has
 * these events. It is restored when the test ends.
 */
export function testPage(): TestPage {
  const undo = [
    ...(typeof document === 'undefined' ? [define(globalThis, 'document', new EventTarget())] : []),
    ...(typeof window === 'undefined' ? [define(globalThis, 'window', new EventTarget())] : []),
    ...(typeof navigator === 'undefined' ? [define(globalThis, 'navigator', {})] : []),
  ];
  const setOnLine = (onLine: boolean): void =>
    void undo.push(define(globalThis.navigator, 'onLine', onLine));
  const setHidden = (hidden: boolean): void => void undo.push(define(document, 'hidden', hidden));
  setOnLine(true);
  setHidden(false);
  onTestFinished(() => {
    for (const restore of undo.reverse()) restore();
  });

  return {
    goOffline: () => {
      setOnLine(false);
      window.dispatchEvent(new Event('offline'));
    },
    goOnline: () => {
      setOnLine(true);
      window.dispatchEvent(new Event('online'));
    },
    leave: () => window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true })),
    comeBack: ({ persisted } = { persisted: true }) =>
      window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })),
    hide: () => {
      setHidden(true);
      document.dispatchEvent(new Event('visibilitychange'));
    },
    show: () => {
      setHidden(false);
      document.dispatchEvent(new Event('visibilitychange'));
    },
    thaw: () => document.dispatchEvent(new Event('resume')),
  };
}

/** Defines a property, and returns a function that restores it. */
function define(target: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true });
  return () => {
    Reflect.deleteProperty(target, name);
    if (before) Object.defineProperty(target, name, before);
  };
}
