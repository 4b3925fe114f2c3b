import { describe, expect, it } from 'vitest';
import { orderOf, partsAround, wider, withOrder, withWord, wordAt, written } from './queryWords';

/** The caret is where the bar is. */
function at(marked: string) {
  const caret = marked.indexOf('|');
  return wordAt(marked.replace('|', ''), caret);
}

describe('the word at the caret', () => {
  it.each([
    ['apr|', 'apr', 'apr'],
    ['smile apr|', 'apr', 'apr'],
    ['-water|', 'water', 'water'],
    ['(apr|', 'apr', 'apr'],
    ['(apron or dr|)', 'dr', 'dr'],
    ['-(-apr|', 'apr', 'apr'],
    ['hat_(obj|ect)', 'hat_(obj', 'hat_(object)'],
    ['(hat_(object)|)', 'hat_(object)', 'hat_(object)'],
    ['unknown:apr|', 'unknown:apr', 'unknown:apr'],
    ['unknown::)| smile', 'unknown::)', 'unknown::)'],
    [';)| smile', ';)', ';)'],
    ['-;)| smile', ';)', ';)'],
    ['source:"a b|c" x', 'source:"a b', 'source:"a bc"'],
    ['ap|ron smile', 'ap', 'apron'],
    ['apron | smile', '', ''],
    ['|', '', ''],
  ])('%s', (marked, text, whole) => {
    const word = at(marked);
    expect(word.text).toBe(text);
    expect(marked.replace('|', '').slice(word.start, word.end)).toBe(whole);
  });

  it.each([
    ['apr|', 'apron', 'apron |'],
    ['-apr| smile', 'apron', '-apron |smile'],
    ['(apron or dr|)', 'dress', '(apron or dress|)'],
    ['ap|rons smile', 'apron', 'apron |smile'],
  ])('is replaced: %s', (marked, by, expected) => {
    const [query, caret] = withWord(marked.replace('|', ''), at(marked), by);
    expect(`${query.slice(0, caret)}|${query.slice(caret)}`).toBe(expected);
  });

  it('goes on behind the colon of a term', () => {
    expect(withWord('unk', at('unk|'), 'unknown:', true)).toEqual(['unknown:', 8]);
  });
});

describe('a tag in a query', () => {
  it.each(['apron', '2010', 'fate/grand_order', 'what?', '\\m/', ':/', ';)', 'hat_(object)', ':d', '>:('])(
    '%s is written as it is',
    (name) => expect(written(name)).toBe(name),
  );

  it.each([
    ['or', '"or"'],
    ['-_-', '"-_-"'],
    ['(9)', '"(9)"'],
    ['((_x))', '"((_x))"'],
    [':(:', '":(:"'],
    ['say_"hi"', 'say_"hi"'],
    ['"hi"', '"\\"hi\\""'],
    ['nier:automata', '"nier:automata"'],
  ])('%s is written %s', (name, expected) => expect(written(name)).toBe(expected));

  it('is quoted for a colon only where its beginning is the key of a term', () => {
    const keys = new Set(['date', 'ai']);
    expect(written('nier:automata', keys)).toBe('nier:automata');
    expect(written('date:a_live', keys)).toBe('"date:a_live"');
  });
});

describe('the order', () => {
  it('is read from the query, changed in it and taken out of it', () => {
    expect(orderOf('apron order:random(7) smile')).toBe('random(7)');
    expect(orderOf('apron')).toBeNull();
    expect(withOrder('apron order:random(7) smile', 'old')).toBe('apron smile order:old');
    expect(withOrder('order:old', null)).toBe('');
    expect(withOrder('', 'uncertain')).toBe('order:uncertain');
  });
});

describe('a wider search', () => {
  it('leaves out each word in turn', () => {
    expect(wider('apron -watermark order:old')).toEqual([
      { word: 'apron', query: '-watermark order:old' },
      { word: '-watermark', query: 'apron order:old' },
    ]);
  });

  it.each(['apron', 'apron or dress', '(apron or dress) smile', 'apron order:old', 'not apron smile'])(
    'is not offered for %s',
    (query) => expect(wider(query)).toEqual([]),
  );
});

it('marks the wrong part by characters, also behind a smiling face', () => {
  expect(partsAround('😀 width:wide x', 8, 4)).toEqual(['😀 width:', 'wide', ' x']);
  expect(partsAround('(apron', 0, 1)).toEqual(['', '(', 'apron']);
});
