import { describe, expect, it } from 'vitest';
import { lineDiff, shortened } from './lines';

const signs = { same: ' ', added: '+', removed: '-' } as const;
const diff = (before: string, after: string) =>
  lineDiff(before, after)
    .map(({ kind, text }) => signs[kind] + text)
    .join('|');

describe('the difference of two texts', () => {
  it.each([
    ['', '', ''],
    ['', 'a', '+a'],
    ['a', '', '-a'],
    ['a\nb', 'a\nb', ' a| b'],
    ['a\r\nb', 'a\nb', ' a| b'],
    ['a\nb\nc', 'a\nx\nc', ' a|-b|+x| c'],
    ['a\na', 'a', ' a|-a'],
    ['b\nc', 'a\nb\nc\nd', '+a| b| c|+d'],
    ['one\ntwo\nthree', 'three\none\ntwo', '+three| one| two|-three'],
  ])('of %j and %j', (before, after, expected) => {
    expect(diff(before, after)).toBe(expected);
  });

  it('gives both texts back, also when they are too long to compare', () => {
    const long = (word: string) => Array.from({ length: 2500 }, (_, place) => `${word} ${place}`).join('\n');
    const lines = lineDiff(long('old'), long('new'));
    const side = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text);
    expect(side('added').join('\n')).toBe(long('old'));
    expect(side('removed').join('\n')).toBe(long('new'));
  });

  it('leaves out what is far from every change', () => {
    const before = Array.from({ length: 20 }, (_, place) => String(place)).join('\n');
    const shown = shortened(lineDiff(before, before.replace('10', 'ten')), 1);
    expect(shown.map((line) => line?.text ?? '…')).toEqual(['…', '9', '10', 'ten', '11', '…']);
  });
});
