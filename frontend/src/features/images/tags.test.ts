import { expect, it } from 'vitest';
import type { AnswerRow, LabelRow } from '@/client';
import { byCategory, differences, standingOf, wordAt, wordsOf } from './tags';

const label = (tag: string, said: Partial<LabelRow> = {}): LabelRow => ({
  tag,
  category: 'general',
  state: 'positive',
  source: 'answered',
  automatic: false,
  ...said,
});
const answer = (id: string, tag: string, said: Partial<AnswerRow> = {}) =>
  ({ id, tag, mine: true, retracted: false, ...said }) as AnswerRow;

it('groups by category in Danbooru’s order, and what it does not know with the general ones', () => {
  const groups = byCategory([
    label('highres', { category: 'meta' }),
    label('sky'),
    label('zebra', { state: 'conflicting' }),
    label('odd', { category: 'style' }),
    label('ran', { category: 'artist' }),
  ]);
  expect(groups.map(({ category, labels }) => [category, labels.map(({ tag }) => tag)])).toEqual([
    ['artist', ['ran']],
    ['general', ['zebra', 'odd', 'sky']],
    ['meta', ['highres']],
  ]);
});

it('takes what was typed word by word, also what is pasted with commas', () => {
  expect(wordsOf('  apron, -hat  ;) , - :/ ')).toEqual(['apron', '-hat', ';)', ':/']);
  expect(wordAt('apron -ha bow', 9)).toEqual({ word: '-ha', from: 6, to: 9 });
  expect(wordAt('apron bow', 2)).toEqual({ word: 'apron', from: 0, to: 5 });
  expect(wordAt('apron ', 6)).toEqual({ word: '', from: 6, to: 6 });
});

it('sends differences only', () => {
  const labels = [
    label('apron'),
    label('sky', { source: 'imported' }),
    label('hat', { state: 'negative', source: 'answered' }),
    label('bow', { state: 'conflicting' }),
  ];
  const yes = (tag: string) => ({ tag, verdict: 'yes' }) as const;
  const no = (tag: string) => ({ tag, verdict: 'no' }) as const;
  expect(differences([yes('apron'), no('hat')], labels)).toEqual([]);
  expect(differences([yes('sky'), yes('hat'), yes('bow'), yes('new')], labels)).toEqual([
    yes('sky'),
    yes('hat'),
    yes('bow'),
    yes('new'),
  ]);
  expect(differences([yes('new'), no('new')], labels)).toEqual([no('new')]);
});

it('knows which answers one can take back: one’s own last ones', () => {
  const own = standingOf([
    answer('a', 'hat', { retracted: true }),
    answer('b', 'hat'),
    answer('c', 'hat'),
    answer('d', 'bow', { mine: false }),
  ]);
  expect([...own.values()].map(({ id }) => id)).toEqual(['b']);
});
