import { beforeEach, expect, it } from 'vitest';
import { LONGEST_SECONDS, Stopwatch } from './stopwatch';

let now = 0;
let stopwatch: Stopwatch;

beforeEach(() => {
  now = 5_000;
  stopwatch = new Stopwatch(() => now);
});

it('measures from the moment the question appeared', () => {
  stopwatch.restart();
  now += 1_250;
  expect(stopwatch.seconds()).toBe(1.25);
  stopwatch.restart();
  expect(stopwatch.seconds()).toBe(0);
});

it('stands still while the page is hidden', () => {
  stopwatch.restart();
  now += 1_000;
  stopwatch.pause();
  now += 60_000;
  stopwatch.resume();
  stopwatch.resume();
  now += 500;
  expect(stopwatch.seconds()).toBe(1.5);
});

it('waits when the question appears on a hidden page', () => {
  stopwatch.restart(false);
  now += 10_000;
  stopwatch.resume();
  now += 700;
  expect(stopwatch.seconds()).toBe(0.7);
});

it('never counts more than the cap', () => {
  stopwatch.restart();
  now += 3_600_000;
  expect(stopwatch.seconds()).toBe(LONGEST_SECONDS);
});
