import { queryOptions } from '@tanstack/react-query';
import { taggersTry } from '@/client';
import { ApiError } from '@/lib/api';
import type { Picture } from './picture';

/** What a tagger sees in a picture. Asked once for each pair: going back to a tagger costs nothing. */
export const trialQuery = (picture: Picture | null, taggerId: number | null) =>
  queryOptions({
    queryKey: ['trial', taggerId, picture?.serial],
    queryFn: ({ signal }) => {
      if (!picture || taggerId === null) throw new Error('asked without a picture or a tagger');
      const { file } = picture;
      return taggersTry({ path: { tagger_id: taggerId }, query: { name: file.name }, body: file, signal });
    },
    enabled: picture !== null && taggerId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    // A worker that did not answer was waited for already.
    retry: (failures, problem) => failures < 2 && problem instanceof ApiError && problem.isNetwork,
  });

/** What the server understood and refused stays refused. */
export const isRefused = (problem: unknown): boolean =>
  problem instanceof ApiError && problem.status >= 400 && problem.status < 500;
