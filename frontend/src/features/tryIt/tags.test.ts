import { describe, expect, it } from 'vitest';
import { asText, byCategory, lineMarks, shownTags, type TrialTag, usualLine } from './tags';

const tag = (name: string, probability: number, line = 0.25, category = 'general'): TrialTag => ({
  tag: name,
  category,
  score: probability,
  probability,
  line,
});
const tags = [tag('hat', 0.9), tag('cat', 0.5, 0.6), tag('highres', 0.3, 0.2, 'meta'), tag('bow', 0.1)];
const names = (of: readonly TrialTag[]) => of.map((each) => each.tag);

describe('the tags of a trial', () => {
  it('are shown from their own lines on, or all from one threshold on', () => {
    expect(names(shownTags(tags, null))).toEqual(['hat', 'highres']);
    expect(names(shownTags(tags, 0.3))).toEqual(['hat', 'cat', 'highres']);
    expect(names(shownTags(tags, 0.95))).toEqual([]);
  });

  it('stand by probability, also where the raw scores say otherwise', () => {
    expect(names(shownTags([tag('b', 0.4), tag('a', 0.6)], 0))).toEqual(['a', 'b']);
  });

  it('are grouped by category, unknown ones last', () => {
    const groups = byCategory([...tags, tag('x', 0.5, 0.5, 'new'), tag('miku', 0.5, 0.5, 'character')]);
    expect(groups.map(([category, of]) => [category, names(of)])).toEqual([
      ['character', ['miku']],
      ['general', ['hat', 'cat', 'bow']],
      ['meta', ['highres']],
      ['new', ['x']],
    ]);
  });

  it('are copied as a list with commas', () => {
    expect(asText(shownTags(tags, null))).toBe('hat, highres');
  });

  it('have a usual line, and a mark for each line', () => {
    expect(usualLine(tags)).toBe(0.25);
    expect(usualLine([])).toBe(0.5);
    expect(lineMarks(tags)).toEqual([20, 25, 60]);
  });
});
