/** Answers given and taken back. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import {
  type AnswerQuery,
  historyAnswers,
  type PageAnswerEvent,
  type PageUndoRow,
  type UndoRow,
  undosList,
  undosMake,
  undosPreview,
  undosReverse,
  type WantedUndo,
} from '@/client';

/** As many answers as one request takes back. */
export const MOST_AT_ONCE = 1000;

export const answersQuery = (query: AnswerQuery) =>
  infiniteQueryOptions({
    queryKey: ['history', 'answers', query] as const,
    queryFn: ({ pageParam, signal }) => historyAnswers({ query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageAnswerEvent) => last.next,
    placeholderData: keepPreviousData,
  });

export const undosQuery = infiniteQueryOptions({
  queryKey: ['history', 'undos'] as const,
  queryFn: ({ pageParam, signal }) => undosList({ query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: PageUndoRow) => last.next,
});

/** Asked anew whenever the question is put: what it would change may have changed. */
export const previewQuery = (wanted: WantedUndo) =>
  queryOptions({
    queryKey: ['history', 'preview', wanted],
    queryFn: ({ signal }) => undosPreview({ body: wanted, signal }),
    gcTime: 0,
    staleTime: 0,
  });

export const takeBack = (wanted: WantedUndo): Promise<UndoRow> => undosMake({ body: wanted });
export const giveBack = (id: number): Promise<UndoRow> => undosReverse({ path: { undo_id: id } });

/** Labels follow from answers: whatever shows them is looked at again. */
export function refreshAfterUndo(client: QueryClient): Promise<unknown> {
  const keys = ['history', 'image', 'images', 'overview', 'conflicts', 'review'];
  return Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
