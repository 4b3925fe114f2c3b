import { expect, it } from 'vitest';
import { inConflict, withoutTag, withTag } from './search';

it.each([
  ['apron', 'apron'],
  ['2010', '2010'],
  ['fate/grand_order', 'fate/grand_order'],
  ['what?', 'what?'],
  ['saber_(fate)', 'saber_(fate)'],
  ['\\m/', '\\m/'],
  [':/', ':/'],
  [';)', ';)'],
  ['or', '"or"'],
  ['re:zero', '"re:zero"'],
])('a search about %s writes it %s', (name, written) => {
  expect(withTag(name)).toBe(written);
  expect(withoutTag(name)).toBe(`no:${written}`);
  expect(inConflict(name)).toBe(`conflict:${written}`);
});
