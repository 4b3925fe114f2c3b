import {
  type AnswerIn,
  answersPost,
  answersRetract,
  type Cards,
  cardsGiveBack,
  cardsNext,
  type ProgressOut,
  progressGet,
  type Recorded,
} from '@/client';

export const dealCards = (count: number, without: number[]): Promise<Cards> =>
  cardsNext({ body: { count, without } });

/** Also sent while the page is being left, so it outlives the page. */
export const releaseCards = (imageIds: number[]): Promise<unknown> =>
  cardsGiveBack({ body: { image_ids: imageIds }, keepalive: true });

export const sendAnswers = (answers: AnswerIn[], { keepalive = false } = {}): Promise<Recorded> =>
  answersPost({ body: { answers }, keepalive });

export const retractAnswer = (id: string): Promise<unknown> => answersRetract({ path: { answer_id: id } });

export const readProgress = (): Promise<ProgressOut> => progressGet();
