/** Angular in Node, without a DOM: injectors, signals and effects. Specs with a real browser cover rendering. */
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

/** A document without elements: Angular only searches it for those of a former app. */
const document = { provide: DOCUMENT, useValue: { querySelectorAll: () => [] } };
/** Angular is zoneless from version 21 on; version 20 needs a provider for that. */
const zoneless = 'Zone' in globalThis ? [] : [provideZonelessChangeDetection()];
const nonce = { provide: CSP_NONCE, useValue: null }; // without it, version 20 searches the document for one
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module is only a class
const Environment = NgModule({ providers: [nonce, ...zoneless] })(class {});
getTestBed().initTestEnvironment(
  [BrowserTestingModule, Environment],
  platformBrowserTesting([document]),
);
afterEach(() => void TestBed.resetTestingModule());

export const IN_BROWSER = { provide: PLATFORM_ID, useValue: 'browser' } as const;
export const ON_SERVER = { provide: PLATFORM_ID, useValue: 'server' } as const;

/** Resolves with the signal's value as soon as it matches. */
export const become = <T>(signal: Signal<T>, wanted: (value: T) => boolean): Promise<T> =>
  firstValueFrom(toObservable(signal, { injector: TestBed.inject(Injector) }).pipe(filter(wanted)));
