import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import {
  type JobRow,
  type PageTaggerRow,
  type TaggerRow,
  taggersFetch,
  taggersList,
  taggersPromote,
  taggersReconsider,
  taggersRefuse,
  taggersStay,
} from '@/client';
import { backingOff } from '@/lib/polling';

type Pages = InfiniteData<PageTaggerRow>;

/** Waits for a worker. */
export const isArriving = (tagger: TaggerRow): boolean =>
  tagger.state === 'registering' || (tagger.state === 'fetching' && tagger.message === '');

/** Refused by a person, not by what was wrong with its files: it can be taken back. */
export const canBeReconsidered = (tagger: TaggerRow): boolean =>
  tagger.state === 'refused' && tagger.width > 0;

/** Its files are here and fit together, whatever was decided about it. */
export const canTry = (tagger: TaggerRow): boolean =>
  tagger.width > 0 && tagger.state !== 'fetching' && tagger.state !== 'registering';

export const taggersOf = (data: Pages | undefined): TaggerRow[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

export const taggersQuery = infiniteQueryOptions({
  queryKey: ['taggers', 'list'],
  queryFn: ({ pageParam, signal }) => taggersList({ query: { cursor: pageParam, limit: 30 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageTaggerRow) => last.next,
  refetchInterval: backingOff<Pages>((data) =>
    taggersOf(data).some((tagger) => isArriving(tagger) || tagger.state === 'warming'),
  ),
});

export const fetchPublished = (): Promise<JobRow> => taggersFetch();

export const promoteTagger = (id: number): Promise<TaggerRow> => taggersPromote({ path: { tagger_id: id } });

/** Stops getting ready: it is a candidate again. */
export const keepAsCandidate = (id: number): Promise<TaggerRow> => taggersStay({ path: { tagger_id: id } });

export const refuseTagger = (id: number, reason: string): Promise<TaggerRow> =>
  taggersRefuse({ path: { tagger_id: id }, body: { reason } });

export const reconsiderTagger = (id: number): Promise<TaggerRow> =>
  taggersReconsider({ path: { tagger_id: id } });
