import { expect, it } from 'vitest';
import { formatLeft, formatRate, paceOf } from './pace';

it.each([
  [0.4237, '0.42'],
  [3.42, '3.4'],
  [9.96, '10'],
  [36.2, '36'],
  [1_249.6, '1,250'],
])('a rate of %d is written "%s"', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

it.each([
  [0, 'about 10 sec left'],
  [44, 'about 40 sec left'],
  [59, 'about 1 min left'],
  [250, 'about 4 min left'],
  [3_590, 'about 1 hr left'],
  [9_100, 'about 2 hr 30 min left'],
])('%d seconds left are "%s"', (seconds, text) => {
  expect(formatLeft(seconds)).toBe(text);
});

const job = { state: 'running', rate: 36.2, seconds_left: 250 } as const;

it('says what is known of a job at work', () => {
  expect(paceOf(job)).toBe('36 images/s · about 4 min left');
  expect(paceOf({ ...job, rate: null })).toBe('about 4 min left');
  expect(paceOf({ ...job, seconds_left: null })).toBe('36 images/s');
  expect(paceOf({ ...job, rate: null, seconds_left: null })).toBe('');
});

it('says nothing of a job that stands still or has ended', () => {
  expect(paceOf({ ...job, rate: 0, seconds_left: null })).toBe('');
  expect(paceOf({ ...job, state: 'done' })).toBe('');
});
