import { queryOptions } from '@tanstack/react-query';
import {
  type AnswerIn,
  answersPost,
  answersRetract,
  completionsSet,
  historyAnswers,
  type ImageDetail,
  imagesEdit,
  imagesGet,
  imagesPretag,
  imagesSimilar,
} from '@/client';
import type { Facts } from '@/lib/facts';
import { backingOff } from '@/lib/polling';

export const imageQuery = (id: number) =>
  queryOptions({
    queryKey: ['image', id],
    queryFn: ({ signal }) => imagesGet({ path: { image_id: id }, signal }),
    // Suggestions come once the tagger has looked at the image.
    refetchInterval: backingOff<ImageDetail>((image) => image !== undefined && !image.pretagged, {
      stop: true,
    }),
  });

export const similarQuery = (id: number, enabled: boolean) =>
  queryOptions({
    queryKey: ['similar', id],
    queryFn: ({ signal }) => imagesSimilar({ path: { image_id: id }, query: { limit: 24 }, signal }),
    enabled,
    staleTime: 60_000,
  });

/** As far back as the page shows: who took answers back, which the image itself does not say. */
export const answersOfQuery = (id: number) =>
  queryOptions({
    queryKey: ['history', 'image', id],
    queryFn: ({ signal }) => historyAnswers({ query: { image_id: id, limit: 50 }, signal }),
  });

export const editImage = (id: number, facts: Facts): Promise<ImageDetail> =>
  imagesEdit({ path: { image_id: id }, body: facts });

export const lookAgain = (id: number): Promise<ImageDetail> => imagesPretag({ path: { image_id: id } });

export const postAnswer = (answer: AnswerIn): Promise<unknown> =>
  answersPost({ body: { answers: [answer] } });

export const retractAnswer = (id: string): Promise<unknown> => answersRetract({ path: { answer_id: id } });

export const setComplete = (id: number, complete: boolean): Promise<unknown> =>
  completionsSet({ body: { image_id: id, complete } });
