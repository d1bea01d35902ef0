/** Angular in jsdom, for specs of rendered components. */
import '@angular/compiler';
import { NgModule, provideZonelessChangeDetection } from '@angular/core';
import { getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { afterEach } from 'vitest';

// Angular is zoneless from version 21 on; version 20 needs a provider for that.
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module is only a class
const Environment = NgModule({ providers: [provideZonelessChangeDetection()] })(class {});
getTestBed().initTestEnvironment([BrowserTestingModule, Environment], platformBrowserTesting());
afterEach(() => void TestBed.resetTestingModule());
