// Runs one person's review: holds the session, measures the seconds, hands effects to the outbox, keeps the
// images ahead loaded. Framework-free; the page subscribes to it and draws `snapshot()`.

import type { AnswerIn, Cards, TaggerRow, Verdict } from '@/client';
import { newId } from '@/lib/ids';
import * as moves from './moves';
import type { Outbox } from './outbox';
import type { Picture } from './preload';
import {
  deal,
  doneCount,
  dropAhead,
  EMPTY,
  questionNow,
  type Session,
  sheetNow,
  sheetsAhead,
} from './session';
import { Stopwatch } from './stopwatch';
import { type Answered, type Dealer, LOW, Supply } from './supply';

export type Snapshot = {
  session: Session;
  tagger: TaggerRow | null;
  /** As the server counted when it last dealt. */
  imagesLeft: number;
  questionsLeft: number;
  /** How many images this person had finished by then. */
  doneAtDeal: number;
  dealing: boolean;
  /** The server has dealt at least once. */
  dealt: boolean;
  problem: unknown;
};

export type Reply = { imageId: number; tag: string; verdict: Verdict; atFullSize?: boolean };

type Parts = {
  dealer: Dealer;
  outbox: Outbox;
  preload?: (pictures: Picture[]) => void;
  stopwatch?: Stopwatch;
  makeId?: () => string;
  now?: () => number;
};

const howOf = { question: 'asked', suggestion: 'accepted', typed: 'typed' } as const;

export class Reviewer {
  private readonly listeners = new Set<() => void>();
  private readonly dealer: Dealer;
  private readonly outbox: Outbox;
  private readonly preload: (pictures: Picture[]) => void;
  private readonly stopwatch: Stopwatch;
  private readonly makeId: () => string;
  private readonly supply: Supply;
  private current: Snapshot = {
    session: EMPTY,
    tagger: null,
    imagesLeft: 0,
    questionsLeft: 0,
    doneAtDeal: 0,
    dealing: false,
    dealt: false,
    problem: null,
  };

  constructor({ dealer, outbox, preload, stopwatch, makeId = newId, now }: Parts) {
    this.dealer = dealer;
    this.outbox = outbox;
    this.preload = preload ?? (() => undefined);
    this.stopwatch = stopwatch ?? new Stopwatch();
    this.makeId = makeId;
    const customer = {
      session: () => this.current.session,
      asking: () => this.update({ dealing: true }),
      dealt: (cards: Cards, answered: Answered) => this.dealt(cards, answered),
      failed: (problem: unknown) => this.update({ dealing: false, problem }),
    };
    this.supply = new Supply(dealer, outbox, customer, now);
  }

  snapshot = (): Snapshot => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The person is on the page. */
  enter(): void {
    this.stopwatch.restart();
    this.supply.open();
  }

  /**
   * The person goes elsewhere: what nobody looked at yet is free for others. What is on the screen stays theirs
   * until its lease ends, so that coming back (or a reload) shows the same image. History stays.
   */
  leave(): void {
    this.supply.close();
    this.stopwatch.pause();
    const { session } = this.current;
    const ahead = sheetsAhead(session).map((sheet) => sheet.card.image.id);
    if (ahead.length > 0) this.dealer.release(ahead).catch(() => undefined);
    this.update({ session: dropAhead(session), dealing: false });
  }

  looksAway(): void {
    this.stopwatch.pause();
  }

  looksBack(): void {
    this.stopwatch.resume();
    this.refreshLapsed();
  }

  /** Answers the question on the screen; a reply to what is no longer there comes too late and is ignored. */
  answer(reply: Reply): void {
    this.reply('question', reply);
  }

  /** Answers for a tag beside the question: one that was suggested, or typed. */
  answerTag(origin: 'suggestion' | 'typed', reply: Reply): void {
    this.reply(origin, reply);
  }

  skip(imageId: number): void {
    this.take(moves.skip(this.current.session, imageId));
  }

  undo(): void {
    this.take(moves.undo(this.current.session, this.makeId()));
  }

  choose(index: number): void {
    this.take({ session: moves.choose(this.current.session, index), effects: [] });
  }

  /** To the question before or after. */
  step(by: 1 | -1): void {
    const sheet = sheetNow(this.current.session);
    if (sheet) this.choose(sheet.cursor + by);
  }

  reopenSkipped(): void {
    this.take({ session: moves.reopenSkipped(this.current.session), effects: [] });
  }

  tryAgain(): void {
    void this.supply.ensure({ atOnce: true });
  }

  private reply(origin: moves.Reply['origin'], { imageId, tag, verdict, atFullSize = false }: Reply): void {
    const seconds = this.stopwatch.seconds();
    const given = { id: this.makeId(), verdict, atFullSize, seconds, how: howOf[origin] };
    this.take(moves.answer(this.current.session, { imageId, tag, origin, given }));
  }

  private take({ session, effects }: moves.Turn): void {
    const before = this.current.session;
    if (session === before) return;
    for (const effect of effects) this.carryOut(effect);
    // Every answer starts the next one's seconds, also when the question stays where it was.
    if (effects.length > 0 || questionNow(before) !== questionNow(session)) this.stopwatch.restart();
    this.update({ session });
    this.refreshLapsed();
    void this.supply.ensure();
  }

  private carryOut(effect: moves.Effect): void {
    if (effect.kind === 'retract') this.outbox.retract(effect.id);
    else if (effect.kind === 'release') this.dealer.release([effect.imageId]).catch(() => undefined);
    else this.outbox.record(bodyOf(effect));
  }

  private dealt({ cards, tagger, images_left, questions_left }: Cards, answered: Answered): boolean {
    const before = this.current.session;
    const session = deal(before, cards, tagger?.id ?? null, answered);
    if (sheetNow(before) === null && sheetNow(session) !== null) this.stopwatch.restart();
    const left = { imagesLeft: images_left, questionsLeft: questions_left, doneAtDeal: doneCount(session) };
    this.update({ session, tagger, ...left, dealing: false, dealt: true, problem: null });
    return session !== before;
  }

  private refreshLapsed(): void {
    if (!this.supply.lapsed) return;
    this.update({ session: dropAhead(this.current.session) });
    this.tryAgain();
  }

  private update(change: Partial<Snapshot>): void {
    this.current = { ...this.current, ...change };
    const { session } = this.current;
    const now = sheetNow(session);
    const wanted = (now ? [now, ...sheetsAhead(session)] : sheetsAhead(session)).slice(0, LOW);
    this.preload(wanted.map(({ card: { image } }) => ({ ...image, url: image.file_url })));
    for (const listener of this.listeners) listener();
  }
}

function bodyOf({ imageId, tag, given, shown }: Extract<moves.Effect, { kind: 'record' }>): AnswerIn {
  const { id, verdict, atFullSize, seconds, how } = given;
  return { id, image_id: imageId, tag, verdict, at_full_size: atFullSize, seconds, view: 'card', how, shown };
}
