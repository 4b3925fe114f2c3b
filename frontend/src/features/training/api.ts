import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { type PageRunRow, type RunDetail, type RunRow, runsGet, runsList, runsStart } from '@/client';
import { backingOff, watchedPace } from '@/lib/polling';

type Pages = InfiniteData<PageRunRow>;

export const isUnderWay = (run: RunRow): boolean => run.state === 'queued' || run.state === 'running';

export const runsOf = (data: Pages | undefined): RunRow[] => data?.pages.flatMap((page) => page.items) ?? [];

export const runsQuery = infiniteQueryOptions({
  queryKey: ['training', 'runs'],
  queryFn: ({ pageParam, signal }) => runsList({ query: { cursor: pageParam, limit: 50 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageRunRow) => last.next,
  refetchInterval: backingOff<Pages>((data) => runsOf(data).some(isUnderWay), { pace: watchedPace }),
});

export const runQuery = (id: number) =>
  queryOptions({
    queryKey: ['training', 'run', id],
    queryFn: ({ signal }) => runsGet({ path: { run_id: id }, signal }),
    refetchInterval: backingOff<RunDetail>((run) => run !== undefined && isUnderWay(run), {
      pace: watchedPace,
      stop: true,
    }),
  });

export const startRun = (): Promise<RunRow> => runsStart();

/** Everything that looks different when a tagger was taught, refused, or serves now. */
export const refreshTaggers = (client: QueryClient): Promise<unknown> =>
  Promise.all(
    ['overview', 'taggers', 'training', 'jobs', 'review', 'progress'].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  );
