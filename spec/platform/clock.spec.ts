import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { now } from '../../src/platform/clock.node.ts';
import { testPage } from '../helpers/page.ts';

const HOUR = 3_600_000;

/** Sets the wall clock, and no other clock, until the test ends. */
function setWallClock(time: number): void {
  vi.setSystemTime(time);
  onTestFinished(() => void vi.useRealTimers());
}

/** Fakes the named timers, or all of them, until the test ends. */
function useFakeTimers(toFake?: Parameters<typeof vi.useFakeTimers>[0]): void {
  vi.useFakeTimers(toFake);
  onTestFinished(() => void vi.useRealTimers());
}

describe('now', () => {
  it.each([
    ['back', -HOUR],
    ['forward', HOUR],
  ])('ignores a wall clock that is set %s', (_where, step) => {
    const before = now();
    setWallClock(Date.now() + step);

    expect(now() - before).toBeGreaterThanOrEqual(0);
    expect(now() - before).toBeLessThan(HOUR / 2);
  });

  it('is the virtual time of a TestScheduler', () => {
    new TestScheduler(() => undefined).run(({ flush }) => {
      const times: number[] = [];
      asyncScheduler.schedule(() => times.push(now()), HOUR);
      asyncScheduler.schedule(() => times.push(now()), 2 * HOUR);
      flush();

      expect(times).toEqual([HOUR, 2 * HOUR]);
    });
  });

  it.each([
    ['all timers', undefined],
    ['intervals and Date', { toFake: ['setInterval', 'clearInterval', 'Date'] as const }],
  ])('is the time of fake timers: %s', (_what, config) => {
    useFakeTimers(config && { toFake: [...config.toFake] });
    const before = now();
    vi.advanceTimersByTime(HOUR);

    expect(now() - before).toBe(HOUR);
  });

  it('is the wall clock in a page, which includes the time that the computer was asleep', () => {
    testPage();
    const before = now();
    setWallClock(Date.now() + HOUR);

    expect(now() - before).toBeGreaterThanOrEqual(HOUR);
  });
});
