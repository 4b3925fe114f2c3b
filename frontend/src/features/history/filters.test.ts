import { expect, it } from 'vitest';
import { asQuery, historySearch, isAnyFilter } from './filters';
import { nothing, toggled } from './selection';

it('reads an address, and leaves out what is wrong in it', () => {
  expect(historySearch({ user: 2010, tag: 'fate/grand_order', verdict: 'no', how: 'typed' })).toEqual({
    user: '2010',
    tag: 'fate/grand_order',
    verdict: 'no',
    how: 'typed',
  });
  expect(
    historySearch({ user: ' ', image: 'x', verdict: 'maybe', how: 1, since: '2026-13-01', tab: 'else' }),
  ).toEqual({});
  expect(historySearch({ image: '12', since: '2026-11-01', tab: 'undos' })).toEqual({
    image: 12,
    since: '2026-11-01',
    tab: 'undos',
  });
});

it('takes whole days, the last one included', () => {
  const { since, until } = asQuery({ since: '2026-03-28', until: '2026-03-29' });
  expect(since).toBe(new Date(2026, 2, 28).toISOString());
  expect(until).toBe(new Date(2026, 2, 30).toISOString());
});

it('knows whether anything is filtered', () => {
  expect(isAnyFilter({})).toBe(false);
  expect(isAnyFilter({ user: undefined })).toBe(false);
  expect(isAnyFilter({ tag: '69' })).toBe(true);
});

it('chooses rows one by one, and all between two', () => {
  const rows = ['a', 'b', 'c', 'd'];
  const one = toggled(nothing, 'b', rows, false);
  expect([...one.ids]).toEqual(['b']);
  const more = toggled(one, 'd', rows, true);
  expect([...more.ids].sort()).toEqual(['b', 'c', 'd']);
  expect([...toggled(more, 'c', rows, false).ids].sort()).toEqual(['b', 'd']);
  expect([...toggled(nothing, 'c', rows, true).ids]).toEqual(['c']);
});
