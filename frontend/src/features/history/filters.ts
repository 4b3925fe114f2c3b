/** Which answers the history shows, as the address of the page says it (pure). */
import type { AnswerQuery, How, Verdict } from '@/client';
import { words } from '@/lib/address';

export const verdicts = ['yes', 'no', 'unsure'] as const satisfies Verdict[];
export const ways = ['asked', 'accepted', 'typed'] as const satisfies How[];

/** Days are written "2026-11-25" and mean the day as it is where the browser is; `until` includes its day. */
export type Filters = {
  user?: string;
  tag?: string;
  image?: number;
  verdict?: Verdict;
  how?: How;
  since?: string;
  until?: string;
};
export type HistorySearch = Filters & { tab?: 'undos' };

/** What an address can say; what is wrong in it is left out. */
export function historySearch(search: Record<string, unknown>): HistorySearch {
  const found: HistorySearch = {};
  if (search.tab === 'undos') found.tab = 'undos';
  // A name may look like a number or a word of JSON.
  const user = words(search.user);
  const tag = words(search.tag);
  const image = Number(search.image);
  const verdict = verdicts.find((each) => each === search.verdict);
  const how = ways.find((each) => each === search.how);
  if (user) found.user = user;
  if (tag) found.tag = tag;
  if (Number.isSafeInteger(image) && image > 0) found.image = image;
  if (verdict) found.verdict = verdict;
  if (how) found.how = how;
  if (isDay(search.since)) found.since = search.since;
  if (isDay(search.until)) found.until = search.until;
  return found;
}

const isDay = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

export const isAnyFilter = (filters: Filters): boolean =>
  Object.values(filters).some((value) => value !== undefined);

export function asQuery({ user, tag, image, verdict, how, since, until }: Filters): AnswerQuery {
  return {
    user,
    tag,
    image_id: image,
    verdict,
    how,
    since: since && startOf(since, 0),
    until: until && startOf(until, 1),
  };
}

/** When a day begins here, or the one `days` later: clocks may be changed in between, so the calendar counts. */
function startOf(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}
