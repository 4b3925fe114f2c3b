/** The vocabulary: what is asked of the server, and what a change makes stale. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import {
  type ChangeRow,
  changesList,
  guidelinesList,
  type PageChangeRow,
  type PageTagRow,
  type PageVocabularyImportRow,
  type TagRow,
  type TagsListData,
  tagGet,
  tagsList,
  type VocabularyImportRow,
  vocabularyImportsList,
  type WantedChange,
} from '@/client';
import { backingOff } from '@/lib/polling';

export type Change = WantedChange['change'];
export type Wanted = Required<Pick<NonNullable<TagsListData['query']>, 'q' | 'category' | 'show' | 'order'>>;

const pageSize = 100;

export const vocabularyQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ['tags', 'list', wanted] as const,
    queryFn: ({ pageParam, signal }) =>
      tagsList({ query: { ...wanted, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageTagRow) => last.next,
    // It may have been followed far, and is read page by page again.
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  });

export const rowsOf = (data: InfiniteData<PageTagRow> | undefined): TagRow[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

export const tagQuery = (name: string) =>
  queryOptions({
    queryKey: ['tag', name] as const,
    queryFn: ({ signal }) => tagGet({ query: { name }, signal }),
  });

export const guidelinesQuery = (tagId: number) =>
  queryOptions({
    queryKey: ['guidelines', tagId] as const,
    queryFn: ({ signal }) => guidelinesList({ path: { tag_id: tagId }, signal }),
  });

export const changesOf = (data: InfiniteData<PageChangeRow> | undefined): ChangeRow[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

/** What was done to a tag; read again while images still follow. */
export const changesQuery = (tagId: number) =>
  infiniteQueryOptions({
    queryKey: ['changes', tagId] as const,
    queryFn: ({ pageParam, signal }) =>
      changesList({ query: { tag_id: tagId, cursor: pageParam, limit: 20 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageChangeRow) => last.next,
    refetchInterval: backingOff<InfiniteData<PageChangeRow>>(
      (data) => changesOf(data).some((change) => change.images_left > 0),
      { stop: true },
    ),
  });

/** After the vocabulary has changed nearly everything that names tags is stale. */
export const refreshVocabulary = (client: QueryClient): Promise<unknown> =>
  Promise.all(
    ['tag', 'tags', 'guidelines', 'changes', 'images', 'image', 'overview', 'jobs'].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  );

export const importsOf = (data: InfiniteData<PageVocabularyImportRow> | undefined): VocabularyImportRow[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

/** A worker has it in hand. */
export const isAtWork = ({ state }: VocabularyImportRow): boolean =>
  state === 'reading' || state === 'applying';

export const importsQuery = infiniteQueryOptions({
  queryKey: ['vocabulary-imports'] as const,
  queryFn: ({ pageParam, signal }) =>
    vocabularyImportsList({ query: { cursor: pageParam, limit: 20 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageVocabularyImportRow) => last.next,
  refetchInterval: backingOff<InfiniteData<PageVocabularyImportRow>>(
    (data) => importsOf(data).some(isAtWork),
    { stop: true },
  ),
});
