/** Angular in Node, without a DOM: injectors, signals and effects. What is rendered is in the browser's specs. */
import '@angular/compiler';
import {
  CSP_NONCE,
  DOCUMENT,
  Injector,
  NgModule,
  PLATFORM_ID,
  provideZonelessChangeDetection,
  type Signal,
} from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach } from 'vitest';

/** All that is asked of it is what was left behind. */
const document = { provide: DOCUMENT, useValue: { querySelectorAll: () => [] } };
/** Angular is zoneless from version 21 on, and 20 where it is told to be. */
const zoneless = 'Zone' in globalThis ? [] : [provideZonelessChangeDetection()];
const nonce = { provide: CSP_NONCE, useValue: null }; // else 20 looks for one in the document
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module has no more
const Environment = NgModule({ providers: [nonce, ...zoneless] })(class {});
getTestBed().initTestEnvironment(
  [BrowserTestingModule, Environment],
  platformBrowserTesting([document]),
);
afterEach(() => void TestBed.resetTestingModule());

export const IN_BROWSER = { provide: PLATFORM_ID, useValue: 'browser' } as const;
export const ON_SERVER = { provide: PLATFORM_ID, useValue: 'server' } as const;

/** Resolves with the signal's value as soon as it is one that is looked for. */
export const become = <T>(signal: Signal<T>, wanted: (value: T) => boolean): Promise<T> =>
  firstValueFrom(toObservable(signal, { injector: TestBed.inject(Injector) }).pipe(filter(wanted)));
