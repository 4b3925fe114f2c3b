/** Who is signed in and what they may do; and the figures the frame shows. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Action, type Overview, overview, type SessionUser, sessionGet } from '@/client';
import { backingOff } from '@/lib/polling';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => sessionGet(),
  staleTime: 5 * 60_000,
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => overview({ signal }),
  refetchInterval: backingOff<Overview>((data) => data === undefined || data.active_jobs > 0, {
    pace: { first: 2_000, last: 30_000, factor: 1.4 },
  }),
});

export function useUser(): SessionUser | null {
  return useQuery(sessionQuery).data?.user ?? null;
}

export function useCan(action: Action): boolean {
  return useUser()?.actions.includes(action) ?? false;
}

export function useOverview(): Overview | undefined {
  return useQuery(overviewQuery).data;
}
