/** Angular in Node, without a DOM: injectors, signals and effects. What is rendered is in the browser's specs. */
import '@angular/compiler';
import { DOCUMENT, Injector, PLATFORM_ID, type Signal } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach } from 'vitest';

/** All that is asked of it is what was left behind. */
const document = { provide: DOCUMENT, useValue: { querySelectorAll: () => [] } };
getTestBed().initTestEnvironment(BrowserTestingModule, platformBrowserTesting([document]));
afterEach(() => void TestBed.resetTestingModule());

export const IN_BROWSER = { provide: PLATFORM_ID, useValue: 'browser' } as const;
export const ON_SERVER = { provide: PLATFORM_ID, useValue: 'server' } as const;

/** Resolves with the signal's value as soon as it is one that is looked for. */
export const become = <T>(signal: Signal<T>, wanted: (value: T) => boolean): Promise<T> =>
  firstValueFrom(toObservable(signal, { injector: TestBed.inject(Injector) }).pipe(filter(wanted)));
