import { describe, expect, it } from 'vitest';
import {
  BREAKER_FAILURES,
  BREAKER_FIRST_PAUSE_MS,
  BREAKER_LONGEST_PAUSE_MS,
  breaker,
} from '../../../../functions/core/refine/refine-breaker.ts';

const opened = () => {
  let times = 0;
  const tested = breaker(() => {
    times += 1;
  });
  return { tested, times: () => times };
};

const failTimes = (count: number, { failed }: { failed(): void }): void => {
  for (let i = 0; i < count; i += 1) failed();
};

describe('the breaker', () => {
  it('opens after some failures in a row, and no others', () => {
    const { tested, times } = opened();
    failTimes(BREAKER_FAILURES - 1, tested);
    tested.worked();
    failTimes(BREAKER_FAILURES - 1, tested);
    expect(tested.state()).toBe('closed');
    tested.failed();
    expect(tested.state()).toBe('open');
    failTimes(10, tested);
    expect([times(), tested.pauseMs()]).toEqual([1, BREAKER_FIRST_PAUSE_MS]);
  });

  it('pauses longer after each failed try, up to a bound', () => {
    const { tested, times } = opened();
    failTimes(BREAKER_FAILURES, tested);
    const pauses = Array.from({ length: 9 }, () => {
      tested.tryAgain();
      tested.failed();
      return tested.pauseMs();
    });
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, ...Array(4).fill(BREAKER_LONGEST_PAUSE_MS)]);
    expect([tested.state(), times()]).toEqual(['open', 1]);
  });

  it('closes with the first job that works after a pause, not with one from before', () => {
    const { tested } = opened();
    failTimes(BREAKER_FAILURES, tested);
    tested.worked();
    expect(tested.state()).toBe('open');
    tested.tryAgain();
    tested.worked();
    expect([tested.state(), tested.pauseMs()]).toEqual(['closed', BREAKER_FIRST_PAUSE_MS]);
  });
});
