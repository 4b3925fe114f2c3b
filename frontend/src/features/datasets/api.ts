import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import { type DatasetNew, type DatasetRow, datasetsList, datasetsMake, type PageDatasetRow } from '@/client';
import { backingOff } from '@/lib/polling';

type Pages = InfiniteData<PageDatasetRow>;

export const isBeingMade = (dataset: DatasetRow): boolean =>
  dataset.state === 'queued' || dataset.state === 'building';

export const datasetsOf = (data: Pages | undefined): DatasetRow[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

export const datasetsQuery = infiniteQueryOptions({
  queryKey: ['datasets', 'list'],
  queryFn: ({ pageParam, signal }) => datasetsList({ query: { cursor: pageParam, limit: 20 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageDatasetRow) => last.next,
  refetchInterval: backingOff<Pages>((data) => datasetsOf(data).some(isBeingMade), { stop: true }),
});

export const makeDataset = (body: DatasetNew): Promise<DatasetRow> => datasetsMake({ body });
