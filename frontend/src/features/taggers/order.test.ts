import { expect, it } from 'vitest';
import type { TaggerRow } from '@/client';
import { inOrder } from './order';

const tagger = (id: number, state: TaggerRow['state']) => ({ id, state }) as TaggerRow;

it('puts the serving tagger first and the retired last, the newest first within a state', () => {
  const given = [
    tagger(1, 'retired'),
    tagger(2, 'candidate'),
    tagger(3, 'refused'),
    tagger(4, 'serving'),
    tagger(5, 'candidate'),
    tagger(6, 'registering'),
    tagger(7, 'warming'),
  ];
  expect(inOrder(given).map(({ id }) => id)).toEqual([4, 7, 6, 5, 2, 3, 1]);
  expect(given[0]?.id).toBe(1);
});
