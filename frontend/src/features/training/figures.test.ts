import { describe, expect, it } from 'vitest';
import type { TagFigures } from '@/client';
import { type Column, changeOf, directionOf, formatDifference, found, nextOrder, sorted } from './figures';

describe('a difference', () => {
  it.each([
    [0.612, 0.645, 'f1', 'better', '+0.033'],
    [0.645, 0.612, 'f1', 'worse', '−0.033'],
    [0.6, 0.6004, 'f1', 'same', '0.000'],
    [0.1894, 0.1886, 'f1', 'same', '0.000'],
    [0.871, 0.912, 'share', 'better', '+4.1'],
    [0.5, 0.4992, 'share', 'worse', '−0.1'],
  ] as const)('from %d to %d (%s) is %s: %s', (before, after, unit, direction, text) => {
    expect(directionOf(before, after, unit)).toBe(direction);
    expect(formatDifference(before, after, unit)).toBe(text);
  });
});

const at = (f1: number) => ({ precision: f1, recall: f1, f1 });
const row = (tag: string, pairs: number, before: number | null, after: number | null): TagFigures => ({
  tag,
  pairs,
  yes: 0,
  positives: 10,
  before: before === null ? null : at(before),
  after: after === null ? null : at(after),
});
const rows = [
  row('hat', 5, 0.5, 0.6),
  row('bow', 50, 0.9, 0.7),
  row('unseen', 7, null, null),
  row('apron', 5, 0.1, 0.2),
  row('red_hat', 0, null, 0.3),
];
const names = (list: readonly TagFigures[]) => list.map(({ tag }) => tag);

describe('the table of tags', () => {
  it.each([
    ['change', true, ['apron', 'hat', 'bow', 'red_hat', 'unseen']],
    ['change', false, ['bow', 'apron', 'hat', 'red_hat', 'unseen']],
    ['tag', false, ['apron', 'bow', 'hat', 'red_hat', 'unseen']],
    ['tag', true, ['unseen', 'red_hat', 'hat', 'bow', 'apron']],
    ['pairs', true, ['bow', 'unseen', 'apron', 'hat', 'red_hat']],
    ['after', true, ['bow', 'hat', 'red_hat', 'apron', 'unseen']],
    ['before', false, ['apron', 'hat', 'bow', 'red_hat', 'unseen']],
  ] as [Column, boolean, string[]][])(
    'by %s, descending %s, has what lacks a figure last',
    (column, descending, expected) => {
      const given = [...rows];
      expect(names(sorted(given, { column, descending }))).toEqual(expected);
      expect(given).toEqual(rows);
    },
  );

  it('knows no change where one side has no figure', () => {
    expect(rows.map(changeOf).map((change) => change?.toFixed(1) ?? null)).toEqual([
      '0.1',
      '-0.2',
      null,
      '0.1',
      null,
    ]);
  });

  it('turns round at a second click, and begins with the largest, or with A', () => {
    const first = nextOrder({ column: 'change', descending: true }, 'pairs');
    expect(first).toEqual({ column: 'pairs', descending: true });
    expect(nextOrder(first, 'pairs')).toEqual({ column: 'pairs', descending: false });
    expect(nextOrder(first, 'tag')).toEqual({ column: 'tag', descending: false });
  });

  it.each([
    ['', 5],
    ['HAT', 2],
    ['hat red', 1],
    ['red_hat', 1],
    ['nothing', 0],
  ])('finds “%s” in %d', (text, count) => {
    expect(found(rows, text)).toHaveLength(count);
  });
});
