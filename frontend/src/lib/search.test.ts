import { expect, it } from 'vitest';
import { inConflict, withoutTag, withTag } from './search';

it('asks for a tag, for what it is not, and for what is disputed', () => {
  expect(withTag('or')).toBe('"or"');
  expect(withoutTag('saber_(fate)')).toBe('no:saber_(fate)');
  expect(inConflict(':/')).toBe('conflict::/');
});
