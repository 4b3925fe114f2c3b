import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AnswerIn, ImageDetail, Verdict } from '@/client';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { newId } from '@/lib/ids';
import { shouldRetry } from '@/lib/query';
import { useOverview, useUser } from '@/lib/session';
import { imageQuery, postAnswer, retractAnswer } from './api';

/** A tag as it was shown when it was answered; without score and position where it was not a suggestion. */
export type Asked = { tag: string; score: number | null; position: number | null };

/**
 * Answering on the page of one image. An answer shows at once and is sent behind; its id is made here, so that sending it twice
 * records it once. Answers and their undoing are sent in the order they were made.
 */
export function useAnswering(image: ImageDetail) {
  const client = useQueryClient();
  const user = useUser();
  const taggerId = useOverview()?.tagger?.id ?? null;
  const [spoken, setSpoken] = useState('');
  const since = useRef(performance.now());
  const { queryKey } = imageQuery(image.id);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another image starts the clock anew
  useEffect(() => {
    since.current = performance.now();
  }, [image.id]);

  async function change(update: (before: ImageDetail) => ImageDetail) {
    await client.cancelQueries({ queryKey });
    client.setQueryData<ImageDetail>(queryKey, (before) => before && update(before));
  }

  const shared = {
    scope: { id: 'answers' },
    retry: shouldRetry,
    onError: (problem: unknown) =>
      notifications.show({ color: 'red', title: t('image.answerFailed'), message: messageOf(problem) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: ['overview'] });
    },
  };
  const answering = useMutation({
    ...shared,
    mutationFn: postAnswer,
    onMutate: (answer) => change(withAnswer(answer, user?.username ?? '')),
  });
  const undoing = useMutation({
    ...shared,
    mutationFn: retractAnswer,
    onMutate: (id) => change(withoutAnswer(id)),
  });

  function answer({ tag, score, position }: Asked, verdict: Verdict) {
    const now = performance.now();
    answering.mutate({
      id: newId(),
      image_id: image.id,
      tag,
      verdict,
      at_full_size: false,
      seconds: Math.min((now - since.current) / 1000, 86_400),
      view: 'image',
      shown: { tagger_id: taggerId, score, position, questions: image.suggestions.length },
    });
    since.current = now;
    setSpoken(t('image.answered', { verdict: t(`image.verdict_${verdict}`), tag }));
  }

  function undo(id: string) {
    undoing.mutate(id);
    setSpoken(t('image.takenBack'));
  }

  const last = image.answers.find((each) => !each.retracted && each.by === user?.username);
  return { answer, undo, undoLast: last && (() => undo(last.id)), spoken };
}

export type Answering = ReturnType<typeof useAnswering>;

const stateOf = { yes: 'positive', no: 'negative', unsure: '' } as const;

export const withAnswer =
  (answer: AnswerIn, by: string) =>
  (before: ImageDetail): ImageDetail => {
    const { id, tag, verdict } = answer;
    const state = stateOf[verdict];
    const labels = before.labels.filter((label) => label.tag !== tag || state === '');
    if (state !== '') labels.push({ tag, state, source: 'answered' });
    labels.sort((one, other) => one.tag.localeCompare(other.tag));
    return {
      ...before,
      labels,
      suggestions: before.suggestions.map((each) => (each.tag === tag && state ? { ...each, state } : each)),
      answers: [{ id, tag, verdict, by, at: new Date().toISOString(), retracted: false }, ...before.answers],
    };
  };

export const withoutAnswer =
  (id: string) =>
  (before: ImageDetail): ImageDetail => ({
    ...before,
    answers: before.answers.map((each) => (each.id === id ? { ...each, retracted: true } : each)),
  });
