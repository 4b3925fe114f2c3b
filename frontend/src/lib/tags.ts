import { queryOptions } from '@tanstack/react-query';
import { tagsList } from '@/client';

/** The tags that begin with `prefix`. */
export const tagsQuery = (prefix: string) =>
  queryOptions({
    queryKey: ['tags', prefix],
    queryFn: ({ signal }) => tagsList({ query: { prefix, limit: 8 }, signal }),
    enabled: prefix !== '',
    staleTime: 60_000,
  });
