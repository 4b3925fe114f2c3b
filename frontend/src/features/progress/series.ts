// What the charts draw, made of what the server counted.
import type { DayRow, ProgressOverview, RunPoint } from '@/client';

export const DAYS = 30;
/** More people than this are drawn as one: colours could not be told apart. */
export const MOST_PEOPLE = 7;
const DAY_MS = 86_400_000;

export type Series = { name: string; key: string; color: string };
export type DayOfAnswers = { day: string; total: number } & Record<string, string | number>;
export type AnswersPerDay = { days: DayOfAnswers[]; series: Series[]; total: number; busiest: DayOfAnswers };

const colors = ['accent.5', 'orange.5', 'cyan.6', 'grape.5', 'yellow.5', 'lime.6', 'pink.5'] as const;

/** Answers of the last 30 days (UTC) by person, days without any included; `others` names the rest of the people. */
export function answersPerDay(
  rows: readonly DayRow[],
  others: string,
  now = Date.now(),
): AnswersPerDay | null {
  const counts = new Map<string, number>();
  for (const { person, answers } of rows) counts.set(person, (counts.get(person) ?? 0) + answers);
  const people = [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const alone = people.length <= MOST_PEOPLE ? people : people.slice(0, MOST_PEOPLE - 1);
  // What a chart reads a value by is a path in some libraries: a person called "a.b" must not become one.
  const keys = new Map(alone.map(([person], place) => [person, `person${place}`]));
  const days = new Map<string, DayOfAnswers>();
  for (let ago = DAYS - 1; ago >= 0; ago -= 1) {
    const day = new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
    days.set(day, { day, total: 0 });
  }
  for (const { day, person, answers } of rows) {
    const found = days.get(day);
    if (!found) continue;
    const key = keys.get(person) ?? 'others';
    found[key] = Number(found[key] ?? 0) + answers;
    found.total += answers;
  }
  const all = [...days.values()];
  const busiest = all.reduce((most, day) => (day.total > most.total ? day : most));
  if (busiest.total === 0) return null;
  const series = alone.map(([name], place) => ({
    name,
    key: `person${place}`,
    color: colors[place % colors.length] ?? 'gray.5',
  }));
  const rest = people.length - alone.length;
  if (rest > 0) series.push({ name: others, key: 'others', color: 'gray.5' });
  return { days: all, series, total: all.reduce((sum, day) => sum + day.total, 0), busiest };
}

/** From the lowest to the highest figure, with a little room, within 0 and 1: small steps must be seen. */
export function curveDomain(runs: readonly RunPoint[]): [number, number] {
  const figures = runs.flatMap(({ before, after }) => [before, after]);
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  const room = Math.max(0.02, (most - least) * 0.2);
  const low = Math.max(0, Math.floor((least - room) * 20) / 20);
  const high = Math.min(1, Math.ceil((most + room) * 20) / 20);
  return [low, high];
}

/** Shares of the answers in whole percents that add up to 100. */
export function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (100 * count) / total);
  const whole = exact.map(Math.floor);
  let missing = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRest = exact.map((part, place) => ({ place, rest: part % 1 })).toSorted((a, b) => b.rest - a.rest);
  for (const { place } of byRest) {
    if (missing <= 0) break;
    whole[place] = (whole[place] ?? 0) + 1;
    missing -= 1;
  }
  return whole;
}

/** Nobody has answered anything yet, and nothing was ever taught: there is nothing to show. */
export const isBlank = ({ people, runs }: ProgressOverview): boolean =>
  people.length === 0 && runs.length === 0;
