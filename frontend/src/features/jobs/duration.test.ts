import { expect, it } from 'vitest';
import { formatDuration, secondsOf } from './duration';

it.each([
  [0, '0 sec'],
  [0.4, '0 sec'],
  [59, '59 sec'],
  [60, '1 min'],
  [125, '2 min 5 sec'],
  [3_661, '1 hr 1 min'],
  [90_000, '1 day 1 hr'],
])('%d seconds are "%s"', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

const now = Date.parse('2026-01-01T00:01:00Z');
const started_at = '2026-01-01T00:00:00Z';

it('counts on while a job runs, and stands still when it has ended', () => {
  expect(secondsOf({ started_at, finished_at: null }, now)).toBe(60);
  expect(secondsOf({ started_at, finished_at: '2026-01-01T00:00:05Z' }, now)).toBe(5);
});

it('knows no duration before the start, and none below zero where clocks differ', () => {
  expect(secondsOf({ started_at: null, finished_at: null }, now)).toBeNull();
  expect(secondsOf({ started_at: '2026-01-01T00:02:00Z', finished_at: null }, now)).toBe(0);
});
