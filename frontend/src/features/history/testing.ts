// Answers and undos for tests.
import type { AnswerEvent, UndoRow } from '@/client';
import { card } from '@/features/review/testing';

export const event = (id: string, said: Partial<AnswerEvent> = {}): AnswerEvent => ({
  id,
  image: card(1).image,
  tag: 'apron',
  category: 'general',
  verdict: 'yes',
  how: 'typed',
  seconds: 1.24,
  probability: null,
  guideline_version: 0,
  by: 'somebody',
  at: new Date().toISOString(),
  retracted_by: null,
  retracted_at: null,
  ...said,
});

export const undo = (said: Partial<UndoRow> = {}): UndoRow => ({
  id: 7,
  by: 'somebody',
  at: new Date().toISOString(),
  answers: 2,
  sentence: 'What ada said about apron since Tuesday',
  reverses: null,
  reversed_by: null,
  ...said,
});
