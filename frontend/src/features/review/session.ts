// One sitting of one person: the cards dealt so far, what was answered on them, where the person
// is, and everything needed to take it back. Values in, values out; `moves.ts` has what a person does.

import type { CardRow, How, QuestionRow, Verdict } from '@/client';

export interface Given {
  id: string;
  verdict: Verdict;
  atFullSize: boolean;
  seconds: number;
  how: How;
}

/** A card and what this person has answered on it. */
export interface Sheet {
  key: number;
  card: CardRow;
  taggerId: number | null;
  answers: ReadonlyMap<string, Given>;
  /** Tags the person added by typing, in order. */
  typed: readonly string[];
  cursor: number;
  state: 'open' | 'done' | 'skipped';
}

/** What was done to which sheet (by key), so that it can be undone. */
export type Step =
  | { kind: 'answer'; sheet: number; tag: string; id: string; before: Given | null; typed: boolean }
  | { kind: 'skip'; sheet: number };

export interface Session {
  sheets: readonly Sheet[];
  /** The sheet on the screen; equal to `sheets.length` when there is none. */
  at: number;
  history: readonly Step[];
}

export const EMPTY: Session = { sheets: [], at: 0, history: [] };

export const pair = (imageId: number, tag: string): string => `${imageId} ${tag}`;

export function sheetNow(session: Session): Sheet | null {
  return session.sheets[session.at] ?? null;
}

export function questionNow(session: Session): QuestionRow | null {
  const sheet = sheetNow(session);
  return sheet?.card.questions[sheet.cursor] ?? null;
}

/** The open sheets that come after the one on the screen, in the order they will be shown. */
export function sheetsAhead(session: Session): Sheet[] {
  const { sheets, at } = session;
  const inOrder = [...sheets.slice(at + 1), ...sheets.slice(0, Math.max(at, 0))];
  return inOrder.filter((sheet) => sheet.state === 'open');
}

export function skippedImages(session: Session): number[] {
  return session.sheets.filter((sheet) => sheet.state === 'skipped').map((sheet) => sheet.card.image.id);
}

export function skippedCount(session: Session): number {
  return skippedImages(session).length;
}

export function doneCount(session: Session): number {
  return session.sheets.filter((sheet) => sheet.state === 'done').length;
}

/**
 * Cards from the server join the end. An image that is already open or skipped here is left alone, and
 * a question answered here (also one whose answer is still on its way) is not asked twice.
 */
export function deal(
  session: Session,
  cards: readonly CardRow[],
  taggerId: number | null,
  answeredElsewhere: (imageId: number, tag: string) => boolean = () => false,
): Session {
  const answered = new Set<string>();
  const held = new Set<number>();
  for (const sheet of session.sheets) {
    for (const tag of sheet.answers.keys()) {
      answered.add(pair(sheet.card.image.id, tag));
    }
    if (sheet.state !== 'done') {
      held.add(sheet.card.image.id);
    }
  }
  const known = (imageId: number, tag: string) =>
    answered.has(pair(imageId, tag)) || answeredElsewhere(imageId, tag);
  let key = session.sheets.reduce((last, sheet) => Math.max(last, sheet.key), 0);
  const fresh: Sheet[] = [];
  for (const card of cards) {
    const { id } = card.image;
    const questions = card.questions.filter((question) => !known(id, question.tag));
    if (held.has(id) || questions.length === 0) {
      continue;
    }
    held.add(id);
    const suggestions = card.suggestions.filter((suggestion) => !known(id, suggestion.tag));
    key += 1;
    fresh.push({
      key,
      card: { ...card, questions, suggestions },
      taggerId,
      answers: new Map(),
      typed: [],
      cursor: 0,
      state: 'open',
    });
  }
  return fresh.length === 0 ? session : { ...session, sheets: [...session.sheets, ...fresh] };
}

/** Forgets the untouched cards ahead: their leases lapsed, someone else may have them by now. */
export function dropAhead(session: Session): Session {
  const sheets = session.sheets.filter(
    (sheet, index) => index <= session.at || sheet.state !== 'open' || sheet.answers.size > 0,
  );
  return sheets.length === session.sheets.length ? session : { ...session, sheets };
}
