import { describe, expect, it } from 'vitest';
import type { AnswerIn, ImageDetail } from '@/client';
import { withAnswer, withCompletion, withoutTrace, withRetraction } from './answered';

const image = {
  labels: [{ tag: 'sky', category: 'general', state: 'positive', source: 'imported', automatic: false }],
  suggestions: [
    { tag: 'cat', category: 'general', score: 0.9, state: null },
    { tag: 'sky', category: 'general', score: 0.4, state: 'positive' },
  ],
  answers: [],
  completions: [{ by: 'bob', at: '2026-01-01T00:00:00Z', mine: false }],
} as unknown as ImageDetail;

const said = (tag: string, verdict: AnswerIn['verdict'], id = 'a1', how: AnswerIn['how'] = 'typed') =>
  ({ id, tag, verdict, how, shown: {} }) as AnswerIn;
const brief = (of: ImageDetail) => of.labels.map(({ tag, state, source }) => ({ tag, state, source }));
const state = (of: ImageDetail, tag: string) => of.suggestions.find((each) => each.tag === tag)?.state;

describe('an answer shows at once', () => {
  it('as a label, on its suggestion, and in the history', () => {
    const after = withAnswer(said('cat', 'yes'), 'alice')(image);
    expect(after.labels.map(({ tag, state }) => [tag, state])).toEqual([
      ['cat', 'positive'],
      ['sky', 'positive'],
    ]);
    expect(state(after, 'cat')).toBe('positive');
    expect(after.answers[0]).toMatchObject({
      id: 'a1',
      tag: 'cat',
      verdict: 'yes',
      by: 'alice',
      retracted: false,
    });
  });

  it('instead of the label before it', () => {
    const after = withAnswer(said('sky', 'no'), 'alice')(image);
    expect(brief(after)).toEqual([{ tag: 'sky', state: 'negative', source: 'answered' }]);
    expect(state(after, 'sky')).toBe('negative');
  });

  it('with the source the server will say: a suggestion that was accepted is told apart from an answer', () => {
    const accepted = withAnswer(said('cat', 'yes', 'a1', 'accepted'), 'alice')(image);
    expect(accepted.labels[0]).toMatchObject({ tag: 'cat', source: 'accepted' });
    const refused = withAnswer(said('cat', 'no', 'a1', 'accepted'), 'alice')(image);
    expect(refused.labels[0]).toMatchObject({ tag: 'cat', source: 'answered' });
  });

  it('and "unsure" decides nothing', () => {
    const after = withAnswer(said('sky', 'unsure'), 'alice')(image);
    expect(after.labels).toEqual(image.labels);
    expect(state(after, 'sky')).toBe('positive');
    expect(after.answers).toHaveLength(1);
  });
});

describe('an answer that could not be recorded', () => {
  it('leaves what was there before, and the answers given since', () => {
    const first = withAnswer(said('sky', 'no', 'a1'), 'alice')(image);
    const second = withAnswer(said('cat', 'yes', 'a2'), 'alice')(first);
    const after = withoutTrace('a1', 'sky', image)(second);
    expect(brief(after)).toEqual([
      { tag: 'cat', state: 'positive', source: 'answered' },
      { tag: 'sky', state: 'positive', source: 'imported' },
    ]);
    expect(state(after, 'sky')).toBe('positive');
    expect(after.answers.map(({ id }) => id)).toEqual(['a2']);
  });
});

it('a retraction marks the answer, and can be marked back', () => {
  const given = withAnswer(said('cat', 'yes'), 'alice')(image);
  const retracted = withRetraction(['a1'], true)(given);
  expect(retracted.answers[0]?.retracted).toBe(true);
  expect(withRetraction(['a1'], false)(retracted).answers[0]?.retracted).toBe(false);
});

it('that one calls an image complete is one’s own word: what others said stays', () => {
  const after = withCompletion(true, 'alice')(image);
  expect(after.completions.map(({ by, mine }) => [by, mine])).toEqual([
    ['bob', false],
    ['alice', true],
  ]);
  expect(withCompletion(false, 'alice')(after).completions.map(({ by }) => by)).toEqual(['bob']);
});
