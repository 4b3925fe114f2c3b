import type { Query } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { backingOff, nextDelay } from '@/lib/polling';

const pace = { first: 100, last: 1_000, factor: 2 };
type Reply = { busy: boolean };

function query(state: { data: Reply | undefined; dataUpdateCount: number; errorUpdateCount: number }) {
  return { state } as unknown as Query<Reply>;
}

describe('polling', () => {
  it('waits longer and longer, up to a limit', () => {
    expect([0, 1, 2, 3, 4, 5].map((n) => nextDelay(n, pace))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('slows down while replies say nothing new and is quick again at the next change', () => {
    const interval = backingOff<Reply>(() => true, { pace });
    const asked = query({ data: { busy: true }, dataUpdateCount: 1, errorUpdateCount: 0 });
    expect(interval(asked)).toBe(100);
    asked.state.dataUpdateCount += 1;
    expect(interval(asked)).toBe(200);
    expect(interval(asked)).toBe(200);
    asked.state.dataUpdateCount += 1;
    expect(interval(asked)).toBe(400);
    asked.state.dataUpdateCount += 1;
    asked.state.data = { busy: true };
    expect(interval(asked)).toBe(100);
  });

  it('slows down or stops when there is nothing to wait for', () => {
    const asked = query({ data: { busy: false }, dataUpdateCount: 1, errorUpdateCount: 0 });
    expect(backingOff<Reply>((reply) => reply?.busy ?? true, { pace })(asked)).toBe(1_000);
    expect(backingOff<Reply>((reply) => reply?.busy ?? true, { pace, stop: true })(asked)).toBe(false);
    const idle = { ...pace, idle: 5_000 };
    expect(backingOff<Reply>((reply) => reply?.busy ?? true, { pace: idle })(asked)).toBe(5_000);
  });
});
