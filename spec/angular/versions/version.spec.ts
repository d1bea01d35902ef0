/** The Angular version of the specs in spec/angular: that of package.json, or of one of the folders here. */
import '@angular/compiler';
import { VERSION as common } from '@angular/common';
import { VERSION as compiler } from '@angular/compiler';
import { VERSION as core } from '@angular/core';
import { VERSION as browser } from '@angular/platform-browser';
import { VERSION as server } from '@angular/platform-server';
import { describe, expect, it } from 'vitest';

const ANGULAR = process.env['ANGULAR']!;

describe('the Angular of these specs', () => {
  it(`is ${ANGULAR}, in all its packages`, () => {
    const versions = { common, compiler, core, browser, server };
    const majors = Object.entries(versions).map(([name, { major }]) => [name, major]);
    expect(majors).toEqual(Object.keys(versions).map((name) => [name, ANGULAR]));
  });
});
