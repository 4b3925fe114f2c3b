import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import { type JobRow, jobsList, jobsRetry, type PageJobRow } from '@/client';
import { backingOff } from '@/lib/polling';

type Pages = InfiniteData<PageJobRow>;

export const isActive = (job: JobRow): boolean => job.state === 'queued' || job.state === 'running';

export const jobsOf = (data: Pages | undefined): JobRow[] => data?.pages.flatMap((page) => page.items) ?? [];

export const jobsQuery = infiniteQueryOptions({
  queryKey: ['jobs', 'list'],
  queryFn: ({ pageParam, signal }) => jobsList({ query: { cursor: pageParam, limit: 30 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageJobRow) => last.next,
  refetchInterval: backingOff<Pages>((data) => jobsOf(data).some(isActive)),
});

export const retryJob = (id: number): Promise<JobRow> => jobsRetry({ path: { job_id: id } });
