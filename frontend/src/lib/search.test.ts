import { expect, it } from 'vitest';
import { inConflict, quote, withoutTag } from './search';

it.each([
  ['apron', 'apron'],
  ['1girl', '1girl'],
  ['2010', '2010'],
  ['long_hair', 'long_hair'],
  ['or', '"or"'],
  ['fate/grand_order', '"fate/grand_order"'],
  ['what?', '"what?"'],
  ['saber_(fate)', '"saber_(fate)"'],
  [':/', '":/"'],
  [';)', '";)"'],
  ['\\m/', '"\\\\m/"'],
  ['a"b', '"a\\"b"'],
  ['長髪', '"長髪"'],
])('%s is written %s in a query', (name, written) => {
  expect(quote(name)).toBe(written);
});

it('asks for what a tag is not, and for what is disputed', () => {
  expect(withoutTag('apron')).toBe('no:apron');
  expect(inConflict(':/')).toBe('conflict:":/"');
});
