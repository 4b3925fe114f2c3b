import { queryOptions } from '@tanstack/react-query';
import {
  type NewSavedSearch,
  type SavedSearchRow,
  savedSearchesKeep,
  savedSearchesList,
  savedSearchesRemove,
  searchCount,
  searchTerms,
} from '@/client';

export const countQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', 'count', q],
    queryFn: ({ signal }) => searchCount({ query: { q }, signal }),
  });

/** All that a query may be made of; it changes with the product alone. */
export const termsQuery = queryOptions({
  queryKey: ['search', 'terms'],
  queryFn: ({ signal }) => searchTerms({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const savedQuery = queryOptions({
  queryKey: ['search', 'saved'],
  queryFn: ({ signal }) => savedSearchesList({ signal }),
});

export const keepSearch = (search: NewSavedSearch): Promise<SavedSearchRow> =>
  savedSearchesKeep({ body: search });

export const removeSearch = (id: number): Promise<unknown> =>
  savedSearchesRemove({ path: { search_id: id } });
