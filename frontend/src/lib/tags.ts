/** Completing tags: what was typed, and the tags it may mean. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CompletedTag, tagsComplete } from '@/client';

/** Too short to be felt, long enough that a fast typist asks once. */
const gatherMs = 30;
const none: CompletedTag[] = [];

/** The tags that what was typed may mean, best first. */
export const completionQuery = (typed: string) =>
  queryOptions({
    queryKey: ['tags', 'complete', typed],
    queryFn: ({ signal }) => tagsComplete({ query: { q: typed, limit: 20 }, signal }),
    staleTime: 60_000,
  });

/** A name as the vocabulary writes names. */
export const canonical = (typed: string): string => typed.trim().toLowerCase().split(/\s+/).join('_');

/** The tag that was typed in full, by its own name or another name of it. */
export function exactly(tags: CompletedTag[], typed: string): CompletedTag | undefined {
  const name = canonical(typed);
  return tags.find((tag) => tag.name === name) ?? tags.find((tag) => tag.alias === name);
}

export type CompletedTags = {
  /** Those for what was typed before, until the present ones have come. */
  tags: CompletedTag[];
  /** There is an answer about what is typed now. */
  settled: boolean;
  /** Why there is none. */
  problem: unknown;
  /** What they will be, for a key that comes before they do. */
  fetch: () => Promise<CompletedTag[]>;
};

export function useCompletedTags(typed: string): CompletedTags {
  const client = useQueryClient();
  const [gathered] = useDebouncedValue(typed, gatherMs);
  const wanted = typed === '' ? '' : gathered;
  const found = useQuery({
    ...completionQuery(wanted),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const answered = typed !== '' && wanted === typed && !found.isPending && !found.isPlaceholderData;
  return {
    tags: typed === '' ? none : (found.data ?? none),
    settled: answered,
    problem: answered ? found.error : null,
    fetch: () => client.fetchQuery(completionQuery(typed)).catch(() => none),
  };
}
