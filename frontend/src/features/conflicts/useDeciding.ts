import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AnswerIn, Verdict } from '@/client';
import { giveBack, refreshAfterUndo, takeBack } from '@/features/history/api';
import { postAnswer, retractAnswer } from '@/features/images/api';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { newId } from '@/lib/ids';
import { shouldRetry } from '@/lib/query';
import { against, answered, beginning, type Conflict, placeOf, stepped, withdrawn } from './queue';

/** How often a decision is sent again while the server cannot be reached: some minutes. */
const patience = 12;

/**
 * Deciding conflicts one after another. A decision shows at once and is sent behind, in the order they were made; one that the
 * server refuses comes back with its sentence.
 */
export function useDeciding(queue: readonly Conflict[]) {
  const client = useQueryClient();
  const [walk, setWalk] = useState(beginning);
  const [spoken, setSpoken] = useState('');
  /** By answer: the undo that settled the conflict, to be given back with it. */
  const undos = useRef(new Map<string, number>());
  const since = useRef(performance.now());
  const place = placeOf(walk, queue);
  const conflict = queue[place];

  // biome-ignore lint/correctness/useExhaustiveDependencies: another conflict starts the clock anew
  useEffect(() => {
    since.current = performance.now();
  }, [conflict?.key]);

  const shared = {
    scope: { id: 'answers' }, // one after another, in the order they were made
    retry: (failures: number, problem: unknown) =>
      problem instanceof ApiError && problem.isNetwork ? failures < patience : shouldRetry(failures, problem),
    onSettled: () => void refreshAfterUndo(client),
  };
  const complain = (problem: unknown) =>
    notifications.show({ color: 'red', title: t('conflicts.failed'), message: messageOf(problem) });

  const deciding = useMutation({
    ...shared,
    mutationFn: async ({ answer, over }: { key: string; answer: AnswerIn; over: string[] }) => {
      await postAnswer(answer);
      if (over.length > 0) undos.current.set(answer.id, (await takeBack({ answer_ids: over })).id);
    },
    onError: (problem, { key }) => {
      complain(problem);
      setWalk((before) => withdrawn(before, key));
    },
  });
  const undoing = useMutation({
    ...shared,
    mutationFn: async (id: string) => {
      const settled = undos.current.get(id);
      if (settled !== undefined) await giveBack(settled);
      undos.current.delete(id);
      await retractAnswer(id);
    },
    onError: complain,
  });

  function decide(verdict: Verdict, settle = false): void {
    if (!conflict) return;
    const { key, image, tag, sides } = conflict;
    const over = settle && verdict !== 'unsure' ? against(sides, verdict) : [];
    const before = walk.said.get(key);
    const answer: AnswerIn = {
      id: newId(),
      image_id: image.id,
      tag,
      verdict,
      seconds: Math.min((performance.now() - since.current) / 1000, 86_400),
      view: 'conflicts',
      how: 'asked',
      shown: { position: place, questions: queue.length },
    };
    // Answered anew: what was settled before is as it was first.
    if (before) undoing.mutate(before.id);
    setWalk((now) => answered(now, queue, key, { id: answer.id, verdict, over }));
    deciding.mutate({ key, answer, over });
    setSpoken(t(settle ? 'conflicts.settled' : 'conflicts.said', { verdict: t(`conflicts.${verdict}`) }));
  }

  function undo(): void {
    const last = walk.past.at(-1);
    const said = last === undefined ? undefined : walk.said.get(last);
    if (last === undefined || !said) return;
    undoing.mutate(said.id);
    setWalk((before) => withdrawn(before, last));
    setSpoken(t('conflicts.undone'));
  }

  return {
    conflict,
    place,
    said: conflict && walk.said.get(conflict.key),
    decided: walk.said.size,
    canUndo: walk.past.length > 0,
    spoken,
    decide,
    undo,
    step: (by: number) => setWalk((before) => stepped(before, queue, by)),
    restart: () => setWalk(beginning),
  };
}

export type Deciding = ReturnType<typeof useDeciding>;
