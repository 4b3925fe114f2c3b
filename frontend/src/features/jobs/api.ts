import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type JobRow, jobsList, jobsRetry, type Kind, type PageJobRow } from '@/client';
import { backingOff, watchedPace } from '@/lib/polling';

type Pages = InfiniteData<PageJobRow>;

export const isActive = (job: Pick<JobRow, 'state'>): boolean =>
  job.state === 'queued' || job.state === 'running';

export const jobsOf = (data: Pages | undefined): JobRow[] => data?.pages.flatMap((page) => page.items) ?? [];

export const jobsQuery = infiniteQueryOptions({
  queryKey: ['jobs', 'list'],
  queryFn: ({ pageParam, signal }) => jobsList({ query: { cursor: pageParam, limit: 30 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageJobRow) => last.next,
  refetchInterval: backingOff<Pages>((data) => jobsOf(data).some(isActive)),
});

/** The newest job of a kind, if there was one lately: how far it is. */
export const newestJobQuery = (kind: Kind, enabled = true) =>
  queryOptions({
    queryKey: ['jobs', 'newest'],
    queryFn: ({ signal }) => jobsList({ query: { limit: 50 }, signal }),
    enabled,
    select: (page: PageJobRow): JobRow | null => page.items.find((job) => job.kind === kind) ?? null,
    refetchInterval: backingOff<PageJobRow>(
      (page) => page?.items.some((job) => job.kind === kind && isActive(job)) ?? true,
      { pace: watchedPace },
    ),
  });

export const retryJob = (id: number): Promise<JobRow> => jobsRetry({ path: { job_id: id } });
