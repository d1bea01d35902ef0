/** An hour of the fake in memory is the same in a browser's page, in jsdom, and in Node. */
import { chromium } from 'playwright';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../../browser/chromium.ts';
import { SCRIPT, serve } from '../../browser/pages.ts';
import { filesOf } from '../../bundle/bundle.ts';
import { beginHour, type Hour } from './hour.ts';
import { CASTS, type Cast } from './stories.ts';

declare global {
  var hourOf: (cast: Cast) => string;
}

const PAGE = `
  import { TestScheduler } from 'rxjs/testing';
  import { beginHour } from './spec/testing/memory/hour.ts';
  globalThis.hourOf = ({ flavour, transport }) => {
    let hour;
    new TestScheduler(() => undefined).run(({ flush }) => {
      hour = beginHour({ flavour }, { transport, reconnect: true, catchUp: true });
      flush();
    });
    return JSON.stringify(hour.said);
  };`;

function hourOf({ flavour, transport }: Cast): Hour['said'] {
  let hour: Hour | undefined;
  new TestScheduler(() => undefined).run(({ flush }) => {
    hour = beginHour({ flavour }, { transport, reconnect: true, catchUp: true });
    flush();
  });
  return hour!.said;
}

const asJson = (said: Hour['said']): unknown => JSON.parse(JSON.stringify(said));

describe.skipIf(CHROMIUM === undefined)('in Chromium', { timeout: 60_000 }, () => {
  it.each(CASTS)('$flavour over $transport', async (cast) => {
    const url = await serve({ ...(await filesOf(PAGE)), '/': SCRIPT });
    const browser = await chromium.launch(LAUNCH);
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    await page.waitForFunction(() => 'hourOf' in globalThis);
    const told = await page.evaluate((given) => globalThis.hourOf(given), cast);

    expect(JSON.parse(told)).toEqual(asJson(hourOf(cast)));
    const others = requests.filter(
      (each) => !/\/(bundle\.js|favicon\.ico|chunk-.*|)$/.test(new URL(each).pathname),
    );
    expect(others).toEqual([]);
  });
});
