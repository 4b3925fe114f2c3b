import { expect, it } from 'vitest';
import { formatProbability, formatRawScore } from '@/lib/format';

it.each([
  [0, '0%'],
  [0.0001, '<1%'],
  [0.25, '25%'],
  [0.994, '99%'],
  [0.9999, '>99%'],
  [1, '100%'],
])('a probability of %d is written "%s"', (probability, text) => {
  expect(formatProbability(probability)).toBe(text);
});

it.each([
  [0.41, '.41'],
  [0.004, '.00'],
  [1, '1.00'],
])('a raw score of %d is written "%s"', (score, text) => {
  expect(formatRawScore(score)).toBe(text);
});
