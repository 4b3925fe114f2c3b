import { queryOptions } from '@tanstack/react-query';
import { progressOverview } from '@/client';

export const progressQuery = queryOptions({
  queryKey: ['progress'],
  queryFn: ({ signal }) => progressOverview({ signal }),
  refetchInterval: 60_000,
});
