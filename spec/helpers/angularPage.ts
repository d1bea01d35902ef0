/** Angular in jsdom, for specs that look at what a component renders. */
import '@angular/compiler';
import { NgModule, provideZonelessChangeDetection } from '@angular/core';
import { getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { afterEach } from 'vitest';

// Angular is zoneless from version 21 on, and 20 if it is told to be.
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module has no more
const Environment = NgModule({ providers: [provideZonelessChangeDetection()] })(class {});
getTestBed().initTestEnvironment([BrowserTestingModule, Environment], platformBrowserTesting());
afterEach(() => void TestBed.resetTestingModule());
