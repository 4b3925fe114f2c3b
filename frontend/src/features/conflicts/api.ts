import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { conflictsList, type PageConflictCard, searchCount } from '@/client';

/**
 * The queue that one goes through. It stays as it was dealt, so that nothing moves under one's hands; who opens the page anew
 * gets it anew.
 */
export const queueQuery = (tag: string) =>
  infiniteQueryOptions({
    queryKey: ['conflict queue', tag] as const,
    queryFn: ({ pageParam, signal }) => conflictsList({ query: { tag, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageConflictCard) => last.next,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** How many images have conflicts, for the navigation. */
export const countQuery = queryOptions({
  queryKey: ['conflicts', 'count'],
  queryFn: ({ signal }) => searchCount({ query: { q: 'conflict:any' }, signal }),
  staleTime: 60_000,
  refetchInterval: 5 * 60_000,
  retry: false,
});
