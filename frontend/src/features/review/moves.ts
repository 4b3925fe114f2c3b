// What a person can do in a session: answer, skip, undo, look around. Every move returns the next
// session and the effects it asks for (record, retract, release); others carry those out.

import type { AnswerIn, CardRow } from '@/client';
import type { Given, Session, Sheet, Step } from './session';
import { questionNow, sheetNow } from './session';

export type Effect =
  | { kind: 'record'; imageId: number; tag: string; given: Given; shown: AnswerIn['shown'] }
  | { kind: 'retract'; id: string }
  | { kind: 'release'; imageId: number };

export interface Turn {
  session: Session;
  effects: readonly Effect[];
}

export interface Reply {
  /** What the person was looking at: a reply to anything else comes too late and is ignored. */
  imageId: number;
  tag: string;
  origin: 'question' | 'suggestion' | 'typed';
  given: Given;
}

export function answer(session: Session, reply: Reply): Turn {
  const sheet = sheetNow(session);
  const { tag, origin, given } = reply;
  if (sheet === null || sheet.card.image.id !== reply.imageId) {
    return { session, effects: [] };
  }
  if (origin === 'question' && questionNow(session)?.tag !== tag) {
    return { session, effects: [] };
  }
  const before = sheet.answers.get(tag) ?? null;
  if (before?.verdict === given.verdict && before.atFullSize === given.atFullSize) {
    return { session: settle(session, sheet), effects: [] };
  }
  const typed = before === null && shownAs(sheet.card, tag) === 'nothing';
  const next: Sheet = {
    ...sheet,
    answers: new Map(sheet.answers).set(tag, given),
    typed: typed ? [...sheet.typed, tag] : sheet.typed,
  };
  const step: Step = { kind: 'answer', sheet: sheet.key, tag, id: given.id, before, typed };
  const effects: Effect[] = before === null ? [] : [{ kind: 'retract', id: before.id }];
  effects.push(record(next, tag, given));
  return { session: settle({ ...session, history: [...session.history, step] }, next), effects };
}

/** Puts the image aside for now: somebody else may have it. */
export function skip(session: Session, imageId: number): Turn {
  const sheet = sheetNow(session);
  if (sheet === null || sheet.card.image.id !== imageId) {
    return { session, effects: [] };
  }
  const done = isComplete(sheet);
  const closed: Session = {
    ...replace(session, { ...sheet, state: done ? 'done' : 'skipped' }),
    history: [...session.history, { kind: 'skip', sheet: sheet.key }],
  };
  return { session: goOn(closed), effects: done ? [] : [{ kind: 'release', imageId }] };
}

/** Takes the last step back, whichever image it was on, and stands on its question again. */
export function undo(session: Session, restoredId: string): Turn {
  const step = session.history.at(-1);
  if (step === undefined) {
    return { session, effects: [] };
  }
  const at = session.sheets.findIndex((sheet) => sheet.key === step.sheet);
  const sheet = session.sheets[at];
  const before: Session = { ...session, history: session.history.slice(0, -1) };
  if (sheet === undefined) {
    return { session: before, effects: [] };
  }
  const back: Session = { ...before, at };
  if (step.kind === 'skip') {
    return { session: replace(back, { ...sheet, state: 'open' }), effects: [] };
  }
  const answers = new Map(sheet.answers);
  const effects: Effect[] = [{ kind: 'retract', id: step.id }];
  answers.delete(step.tag);
  if (step.before !== null) {
    // The earlier answer was retracted when it was replaced, so it is given once more.
    const restored = { ...step.before, id: restoredId };
    answers.set(step.tag, restored);
    effects.push(record(sheet, step.tag, restored));
  }
  const asked = sheet.card.questions.findIndex((question) => question.tag === step.tag);
  const reopened: Sheet = {
    ...sheet,
    answers,
    typed: step.typed ? sheet.typed.filter((tag) => tag !== step.tag) : sheet.typed,
    cursor: asked === -1 ? sheet.cursor : asked,
    state: 'open',
  };
  const history = back.history.map((past) =>
    past.kind === 'answer' && past.id === step.before?.id ? { ...past, id: restoredId } : past,
  );
  return { session: replace({ ...back, history }, reopened), effects };
}

/** Moves over the questions of the image on the screen without answering. */
export function choose(session: Session, index: number): Session {
  const sheet = sheetNow(session);
  if (sheet === null) {
    return session;
  }
  const cursor = Math.min(Math.max(index, 0), sheet.card.questions.length - 1);
  return cursor === sheet.cursor ? session : replace(session, { ...sheet, cursor });
}

/** Brings the skipped images back, once nothing else is left. */
export function reopenSkipped(session: Session): Session {
  const sheets = session.sheets.map((sheet) =>
    sheet.state === 'skipped' ? { ...sheet, state: 'open' as const } : sheet,
  );
  const reopened = { ...session, sheets };
  return sheetNow(session) === null ? goOn({ ...reopened, at: -1 }) : reopened;
}

/** Which list of the card shows the tag; what no list shows was typed. */
export function shownAs(card: CardRow, tag: string): 'question' | 'suggestion' | 'nothing' {
  if (card.questions.some((question) => question.tag === tag)) {
    return 'question';
  }
  return card.suggestions.some((suggestion) => suggestion.tag === tag) ? 'suggestion' : 'nothing';
}

function isComplete(sheet: Sheet): boolean {
  return sheet.card.questions.every((question) => sheet.answers.has(question.tag));
}

/** After an answer: the next unanswered question (those passed over come last), else the next image. */
function settle(session: Session, sheet: Sheet): Session {
  if (isComplete(sheet)) {
    return goOn(replace(session, { ...sheet, state: 'done' }));
  }
  const { questions } = sheet.card;
  const open = (index: number) => {
    const question = questions[index % questions.length];
    return question !== undefined && !sheet.answers.has(question.tag);
  };
  let cursor = sheet.cursor;
  while (!open(cursor)) {
    cursor += 1;
  }
  return replace(session, { ...sheet, cursor: cursor % questions.length });
}

/** The next open sheet, later ones first; past the end when there is none. */
function goOn(session: Session): Session {
  const { sheets } = session;
  const later = sheets.findIndex((sheet, index) => index > session.at && sheet.state === 'open');
  const any = later === -1 ? sheets.findIndex((sheet) => sheet.state === 'open') : later;
  return { ...session, at: any === -1 ? sheets.length : any };
}

function replace(session: Session, changed: Sheet): Session {
  const sheets = session.sheets.map((sheet) => (sheet.key === changed.key ? changed : sheet));
  return { ...session, sheets };
}

function record(sheet: Sheet, tag: string, given: Given): Effect {
  const { card, taggerId } = sheet;
  const list = shownAs(card, tag) === 'question' ? card.questions : card.suggestions;
  const position = list.findIndex((entry) => entry.tag === tag);
  return {
    kind: 'record',
    imageId: card.image.id,
    tag,
    given,
    shown: {
      tagger_id: taggerId,
      score: list[position]?.score ?? null,
      probability: list[position]?.probability ?? null,
      position: position === -1 ? null : position,
      questions: card.questions.length,
      guideline_version: card.questions.find((entry) => entry.tag === tag)?.guideline_version ?? null,
    },
  };
}
