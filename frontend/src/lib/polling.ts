/**
 * Polling that backs off: quick while things change, slower and slower while they do not, quick again at the next change.
 * React Query keeps the same object when a reply says nothing new, which is how "nothing changed" is seen.
 */
import type { Query } from '@tanstack/react-query';

/** Milliseconds; `idle` is the pace while there is nothing to wait for, `last` where it is not given. */
export type Pace = { first: number; last: number; factor: number; idle?: number };
export const defaultPace: Pace = { first: 1_000, last: 20_000, factor: 1.5 };

/** For what somebody looks on at until it is done. */
export const watchedPace: Pace = { first: 1_000, last: 5_000, factor: 1.5, idle: 20_000 };

export function nextDelay(unchanged: number, pace: Pace = defaultPace): number {
  return Math.min(pace.first * pace.factor ** unchanged, pace.last);
}

/**
 * A `refetchInterval` for a query: `active` says whether there is anything to wait for; without it polling goes on at the
 * idle pace, or stops if `stop` is set.
 */
export function backingOff<T>(
  active: (data: T | undefined) => boolean,
  { pace = defaultPace, stop = false }: { pace?: Pace; stop?: boolean } = {},
) {
  const seen = new WeakMap<object, { data: unknown; replies: number; unchanged: number }>();
  // biome-ignore lint/suspicious/noExplicitAny: the error and key types of the query do not matter here
  return (query: Query<any, any, any, any>): number | false => {
    const { data, dataUpdateCount, errorUpdateCount } = query.state;
    if (!active(data as T | undefined)) return stop ? false : (pace.idle ?? pace.last);
    const replies = dataUpdateCount + errorUpdateCount;
    const before = seen.get(query);
    let unchanged = before?.unchanged ?? 0;
    if (before && before.replies !== replies) unchanged = before.data === data ? unchanged + 1 : 0;
    seen.set(query, { data, replies, unchanged });
    return nextDelay(unchanged, pace);
  };
}
