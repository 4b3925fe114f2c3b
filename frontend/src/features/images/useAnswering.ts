import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ImageDetail, Verdict } from '@/client';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { newId } from '@/lib/ids';
import { shouldRetry } from '@/lib/query';
import { useOverview, useUser } from '@/lib/session';
import { withAnswer, withoutTrace, withRetraction } from './answered';
import { imageQuery, postAnswer, retractAnswer } from './api';

/** How often an answer is sent again while the server cannot be reached: some minutes. */
const patience = 12;

/** How a tag was shown when it was answered. */
export type Suggested = { score: number; probability: number; position: number };
const notSuggested = { score: null, probability: null, position: null };

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

  /** Changes what is shown at once, and gives back what was shown before. */
  async function change(update: (before: ImageDetail) => ImageDetail): Promise<ImageDetail | undefined> {
    await client.cancelQueries({ queryKey });
    const before = client.getQueryData<ImageDetail>(queryKey);
    client.setQueryData<ImageDetail>(queryKey, before && update(before));
    return before;
  }

  const shared = {
    scope: { id: 'answers' }, // one after another, in the order they were made
    retry: (failures: number, problem: unknown) =>
      problem instanceof ApiError && problem.isNetwork ? failures < patience : shouldRetry(failures, problem),
    onSettled: () => {
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: ['overview'] });
    },
  };
  const complain = (problem: unknown) =>
    notifications.show({ color: 'red', title: t('image.answerFailed'), message: messageOf(problem) });
  const answering = useMutation({
    ...shared,
    mutationFn: postAnswer,
    onMutate: (answer) => change(withAnswer(answer, user?.username ?? '')),
    onError: (problem, { id, tag }, before) => {
      complain(problem);
      if (before) void change(withoutTrace(id, tag, before));
    },
  });
  const undoing = useMutation({
    ...shared,
    mutationFn: retractAnswer,
    onMutate: (id) => change(withRetraction(id, true)),
    onError: (problem, id) => {
      complain(problem);
      void change(withRetraction(id, false));
    },
  });

  function answer(tag: string, verdict: Verdict, suggested?: Suggested) {
    const now = performance.now();
    answering.mutate({
      id: newId(),
      image_id: image.id,
      tag,
      verdict,
      at_full_size: false,
      seconds: Math.min((now - since.current) / 1000, 86_400),
      view: 'image',
      how: suggested ? 'accepted' : 'typed',
      shown: {
        tagger_id: taggerId,
        ...(suggested ?? notSuggested),
        questions: image.suggestions.length,
      },
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
