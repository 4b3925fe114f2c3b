import { queryOptions } from '@tanstack/react-query';
import { tagsComplete } from '@/client';

/** The tags that what was typed may mean, best first. */
export const completionQuery = (typed: string) =>
  queryOptions({
    queryKey: ['tags', 'complete', typed],
    queryFn: ({ signal }) => tagsComplete({ query: { q: typed, limit: 20 }, signal }),
    enabled: typed !== '',
    staleTime: 60_000,
  });
