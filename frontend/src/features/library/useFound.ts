import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/api';
import { imagesQuery } from '@/lib/images';
import { countQuery } from './api';

/** What a query finds. What the last one found stays until this one has an answer, and also where it cannot have one. */
export function useFound(q: string) {
  const asked = useInfiniteQuery(imagesQuery(q));
  const [answered, setAnswered] = useState(q);
  if (asked.data && answered !== q) setAnswered(q);
  const images = useInfiniteQuery(imagesQuery(answered));
  const count = useQuery({ ...countQuery(q), enabled: q !== '' && asked.data !== undefined });
  const problem = asked.isError && !asked.data ? asked.error : null;
  return {
    images,
    /** The query that `images` are about. */
    answered,
    /** They are not what is asked for now. */
    old: answered !== q,
    looking: asked.isFetching && !asked.isFetchingNextPage,
    problem,
    retry: () => void asked.refetch(),
    count: q === '' ? undefined : count.data,
    tagger: asked.data?.pages[0]?.tagger ?? null,
  };
}

export type FoundNow = ReturnType<typeof useFound>;

/** The place the server could not understand, where that is what is wrong. */
export function wrongPart(problem: unknown): { at: number; length: number; message: string } | null {
  if (!(problem instanceof ApiError) || problem.code !== 'bad_query') return null;
  const { at, length } = problem.fields;
  return { at: Number(at ?? 0) || 0, length: Number(length ?? 0) || 0, message: problem.message };
}
