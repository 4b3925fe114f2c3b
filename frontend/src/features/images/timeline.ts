/** What happened to the tags of one image, newest first (pure). */
import type { AnswerEvent, AnswerRow, CompletionRow, ImageDetail, ImportedRow } from '@/client';

/** By whom and when an answer was taken back; unknown until the history has been read. */
export type TakenBack = { by: string | null; at: string };

export type Moment =
  | { kind: 'answer'; key: string; at: string; answer: AnswerRow; takenBack: TakenBack | null }
  | { kind: 'completion'; key: string; at: string; completion: CompletionRow }
  | { kind: 'import'; key: string; at: string; imported: ImportedRow };

type Told = Pick<ImageDetail, 'answers' | 'completions' | 'imports'>;

export function timelineOf(
  { answers, completions, imports }: Told,
  events: readonly AnswerEvent[],
): Moment[] {
  const taken = new Map<string, TakenBack>();
  for (const { id, retracted_at, retracted_by } of events) {
    if (retracted_at !== null) taken.set(id, { by: retracted_by, at: retracted_at });
  }
  const moments: Moment[] = [
    ...answers.map((answer) => ({
      kind: 'answer' as const,
      key: answer.id,
      at: answer.at,
      answer,
      takenBack: taken.get(answer.id) ?? null,
    })),
    ...completions.map((completion) => ({
      kind: 'completion' as const,
      key: `${completion.by} ${completion.at}`,
      at: completion.at,
      completion,
    })),
    ...imports.map((imported) => ({
      kind: 'import' as const,
      key: `${imported.origin} ${imported.at}`,
      at: imported.at,
      imported,
    })),
  ];
  return moments.sort((one, two) => Date.parse(two.at) - Date.parse(one.at));
}
