import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ImageDetail, Verdict } from '@/client';
import { takeBack } from '@/features/history/api';
import { showTakenBack } from '@/features/history/undone';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { newId } from '@/lib/ids';
import { shouldRetry } from '@/lib/query';
import { useOverview, useUser } from '@/lib/session';
import { withAnswer, withCompletion, withoutTrace, withRetraction } from './answered';
import { imageQuery, postAnswer, setComplete } from './api';
import { sentenceOf, showDone } from './done';
import { type Change, differences } from './tags';

/** How often an answer is sent again while the server cannot be reached: some minutes. */
const patience = 12;
const mutationKey = ['answers'];
/** What follows from answers, besides the image itself. */
const following = ['overview', 'history', 'conflicts'];

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
  const me = user?.username ?? '';
  const taggerId = useOverview()?.tagger?.id ?? null;
  const [spoken, setSpoken] = useState('');
  const since = useRef(performance.now());
  /** Answers that the server refused: there is nothing of them to take back. */
  const refused = useRef(new Set<string>());
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
    mutationKey,
    scope: { id: 'answers' }, // one after another, in the order they were made
    retry: (failures: number, problem: unknown) =>
      problem instanceof ApiError && problem.isNetwork ? failures < patience : shouldRetry(failures, problem),
    onSettled: () => {
      // While others wait to be sent, the server's word would hide what they show already.
      if (client.isMutating({ mutationKey }) > 1) return;
      void client.invalidateQueries({ queryKey });
      for (const key of following) void client.invalidateQueries({ queryKey: [key] });
    },
  };
  const complain = (problem: unknown) =>
    notifications.show({ color: 'red', title: t('image.answerFailed'), message: messageOf(problem) });
  const answering = useMutation({
    ...shared,
    mutationFn: postAnswer,
    onMutate: (answer) => change(withAnswer(answer, me)),
    onError: (problem, { id, tag }, before) => {
      refused.current.add(id);
      notifications.hide(id);
      complain(problem);
      if (before) void change(withoutTrace(id, tag, before));
    },
  });
  const undoing = useMutation({
    ...shared,
    mutationFn: async (ids: string[]) => {
      const recorded = ids.filter((id) => !refused.current.has(id));
      return recorded.length > 0 ? takeBack({ answer_ids: recorded }) : null;
    },
    onMutate: (ids) => change(withRetraction(ids, true)),
    onSuccess: (undo) => undo && showTakenBack(undo),
    onError: (problem, ids) => {
      complain(problem);
      void change(withRetraction(ids, false));
    },
  });
  const completing = useMutation({
    ...shared,
    mutationFn: (complete: boolean) => setComplete(image.id, complete),
    onMutate: (complete) => change(withCompletion(complete, me)),
    onError: (problem, _, before) => {
      complain(problem);
      if (before) void change((now) => ({ ...now, completions: before.completions }));
    },
  });

  function answer(tag: string, verdict: Verdict, suggested?: Suggested): string {
    const id = newId();
    const now = performance.now();
    answering.mutate({
      id,
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
    return id;
  }

  /** What was typed or clicked away: only what it changes is sent, each tag by itself, so that one refusal stops no other. */
  function edit(wanted: readonly Change[]): void {
    const changes = differences(wanted, image.labels);
    const ids = changes.map(({ tag, verdict }) => answer(tag, verdict));
    const [first] = ids;
    if (first === undefined) {
      notifications.show({ message: t('image.nothingChanged') });
      return;
    }
    setSpoken(sentenceOf(changes));
    showDone(first, sentenceOf(changes), () => undo(...ids));
  }

  function undo(...ids: string[]): void {
    undoing.mutate(ids);
    setSpoken(t('image.takenBack'));
  }

  function complete(on: boolean): void {
    completing.mutate(on);
    const said = t(on ? 'image.completeSaid' : 'image.completeTakenBack');
    setSpoken(said);
    showDone(`complete-${image.id}`, said, () => completing.mutate(!on));
  }

  const last = image.answers.find((each) => !each.retracted && each.mine);
  return { answer, edit, undo, complete, undoLast: last && (() => undo(last.id)), spoken };
}

export type Answering = ReturnType<typeof useAnswering>;
