import { describe, expect, it } from 'vitest';
import { answersPerDay, curveDomain, DAYS, MOST_PEOPLE, shares } from './series';

const now = Date.parse('2026-03-31T23:30:00Z');
const row = (day: string, person: string, answers: number) => ({ day, person, answers });

describe('answers per day', () => {
  it('has every one of the last days, also those without answers', () => {
    const made = answersPerDay([row('2026-03-31', 'alice', 3), row('2026-03-02', 'bob', 4)], 'others', now);
    expect(made?.days).toHaveLength(DAYS);
    expect(made?.days[0]).toMatchObject({ day: '2026-03-02', total: 4, person0: 4 });
    expect(made?.days.at(-1)).toMatchObject({ day: '2026-03-31', total: 3, person1: 3 });
    expect(made?.days[1]).toEqual({ day: '2026-03-03', total: 0 });
    expect(made?.series.map(({ name }) => name)).toEqual(['bob', 'alice']);
    expect(made).toMatchObject({ total: 7, busiest: { day: '2026-03-02', total: 4 } });
  });

  it('leaves out what lies outside, and is nothing where nothing is left', () => {
    expect(answersPerDay([row('2026-03-01', 'alice', 3)], 'others', now)).toBeNull();
    expect(answersPerDay([], 'others', now)).toBeNull();
  });

  it('draws those with the fewest answers as one when there are many', () => {
    const people = Array.from({ length: MOST_PEOPLE + 2 }, (_, place) => `p${place}`);
    const rows = people.map((person, place) => row('2026-03-31', person, 100 - place));
    const made = answersPerDay(rows, '3 others', now);
    expect(made?.series).toHaveLength(MOST_PEOPLE);
    expect(made?.series.at(-1)).toMatchObject({ name: '3 others', key: 'others' });
    expect(made?.days.at(-1)?.others).toBe(94 + 93 + 92);
    expect(new Set(made?.series.map(({ color }) => color)).size).toBe(MOST_PEOPLE);
    expect(answersPerDay(rows.slice(0, MOST_PEOPLE), '', now)?.series.at(-1)?.key).not.toBe('others');
  });
});

it.each([
  [
    [1, 1, 1],
    [34, 33, 33],
  ],
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [2, 1, 0],
    [67, 33, 0],
  ],
  [
    [999, 1, 0],
    [100, 0, 0],
  ],
])('the shares of %j are %j percent', (counts, expected) => {
  expect(shares(counts)).toEqual(expected);
});

it('shows the part of the scale that the figures lie in', () => {
  const point = (before: number, after: number) => ({
    run_id: 1,
    at: '',
    pairs: 1,
    before,
    after,
    candidate_state: null,
  });
  expect(curveDomain([point(0.61, 0.64), point(0.63, 0.7)])).toEqual([0.55, 0.75]);
  expect(curveDomain([point(0, 1)])).toEqual([0, 1]);
  const [low, high] = curveDomain([point(0.5, 0.5)]);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
});
