import { describe, expect, it } from 'vitest';
import { answer, choose, type Effect, reopenSkipped, skip, undo } from './moves';
import { deal, dropAhead, EMPTY, questionNow, type Session, sheetNow, sheetsAhead } from './session';
import { card, given } from './testing';

const dealt = (...cards: Parameters<typeof deal>[1]) => deal(EMPTY, cards, 3);

function reply(session: Session, verdict: 'yes' | 'no' | 'unsure', id?: string) {
  const sheet = sheetNow(session);
  const question = questionNow(session);
  if (!sheet || !question) throw new Error('there is no question');
  return answer(session, {
    imageId: sheet.card.image.id,
    tag: question.tag,
    origin: 'question',
    given: given(verdict, id),
  });
}

const where = (session: Session) => [sheetNow(session)?.card.image.id, questionNow(session)?.tag];
const kinds = (effects: readonly Effect[]) => effects.map((effect) => effect.kind);

describe('answering', () => {
  it('goes through the questions of an image and then to the next image', () => {
    let session = dealt(card(1), card(2));
    const seen = [where(session)];
    for (const verdict of ['yes', 'no', 'unsure'] as const) {
      session = reply(session, verdict).session;
      seen.push(where(session));
    }
    expect(seen).toEqual([
      [1, 'apron'],
      [1, 'bow'],
      [2, 'apron'],
      [2, 'bow'],
    ]);
  });

  it('records what was shown with the answer', () => {
    const start = dealt(card(1));
    const { effects } = reply(reply(start, 'yes').session, 'no', 'mine');
    expect(effects).toEqual([
      {
        kind: 'record',
        imageId: 1,
        tag: 'bow',
        given: { id: 'mine', verdict: 'no', atFullSize: false, seconds: 1, how: 'asked' },
        shown: {
          tagger_id: 3,
          score: 0.41,
          probability: 0.26,
          position: 1,
          questions: 2,
          guideline_version: 2,
        },
      },
    ]);
  });

  it('ignores a second press for a question that is no longer on the screen', () => {
    const start = dealt(card(1));
    const press = { imageId: 1, tag: 'apron', origin: 'question' as const };
    const once = answer(start, { ...press, given: given('yes') });
    const twice = answer(once.session, { ...press, given: given('yes') });
    expect(twice.effects).toEqual([]);
    expect(twice.session).toBe(once.session);
  });

  it('returns to questions that were passed over before it leaves the image', () => {
    const start = choose(dealt(card(1, ['apron', 'bow', 'cape']), card(2)), 1);
    const second = reply(start, 'yes').session;
    const third = reply(second, 'yes').session;
    expect([where(second), where(third)]).toEqual([
      [1, 'cape'],
      [1, 'apron'],
    ]);
    expect(where(reply(third, 'yes').session)).toEqual([2, 'apron']);
  });

  it('replaces an answer when its question is answered differently', () => {
    const first = reply(dealt(card(1)), 'yes', 'first').session;
    const { effects, session } = reply(choose(first, 0), 'no', 'second');
    expect(kinds(effects)).toEqual(['retract', 'record']);
    expect(effects[0]).toEqual({ kind: 'retract', id: 'first' });
    expect(where(session)).toEqual([1, 'bow']);
  });

  it('does nothing but move on when its question is answered the same', () => {
    const first = reply(dealt(card(1)), 'yes').session;
    const { effects, session } = reply(choose(first, 0), 'yes');
    expect(effects).toEqual([]);
    expect(where(session)).toEqual([1, 'bow']);
    expect(session.history).toHaveLength(1);
  });

  it('stays at the question when a suggestion is answered or a tag is typed', () => {
    const start = dealt(card(1, ['apron', 'bow'], ['hat']));
    const hat = answer(start, { imageId: 1, tag: 'hat', origin: 'suggestion', given: given('no') });
    const typed = answer(hat.session, { imageId: 1, tag: 'scarf', origin: 'typed', given: given('yes') });
    expect(where(typed.session)).toEqual([1, 'apron']);
    expect(sheetNow(typed.session)?.typed).toEqual(['scarf']);
    expect(typed.effects[0]).toMatchObject({
      shown: { score: null, probability: null, position: null, guideline_version: null },
    });
  });

  it('counts a typed tag that is also a question as the answer to that question', () => {
    const typed = answer(dealt(card(1)), { imageId: 1, tag: 'apron', origin: 'typed', given: given('yes') });
    expect(where(typed.session)).toEqual([1, 'bow']);
    expect(sheetNow(typed.session)?.typed).toEqual([]);
  });
});

describe('undo', () => {
  it('goes back over image borders, answer by answer, to the very first', () => {
    let session = dealt(card(1), card(2), card(3));
    for (let index = 0; index < 5; index += 1) session = reply(session, 'yes', `answer-${index}`).session;
    const back: unknown[] = [];
    for (let index = 0; index < 5; index += 1) {
      const turn = undo(session, 'unused');
      session = turn.session;
      back.push([...where(session), turn.effects]);
    }
    expect(back).toEqual([
      [3, 'apron', [{ kind: 'retract', id: 'answer-4' }]],
      [2, 'bow', [{ kind: 'retract', id: 'answer-3' }]],
      [2, 'apron', [{ kind: 'retract', id: 'answer-2' }]],
      [1, 'bow', [{ kind: 'retract', id: 'answer-1' }]],
      [1, 'apron', [{ kind: 'retract', id: 'answer-0' }]],
    ]);
    expect(undo(session, 'unused').effects).toEqual([]);
  });

  it('leads on from the image it went back to', () => {
    let session = dealt(card(1), card(2));
    for (let index = 0; index < 3; index += 1) session = reply(session, 'yes').session;
    session = undo(undo(session, 'a').session, 'b').session;
    expect(where(session)).toEqual([1, 'bow']);
    session = reply(session, 'no').session;
    expect(where(session)).toEqual([2, 'apron']);
  });

  it('gives a replaced answer again under a new id, which can be taken back as well', () => {
    const first = reply(dealt(card(1)), 'yes', 'first').session;
    const replaced = reply(choose(first, 0), 'no', 'second').session;
    const back = undo(replaced, 'restored');
    expect(back.effects).toMatchObject([
      { kind: 'retract', id: 'second' },
      { kind: 'record', given: { id: 'restored', verdict: 'yes' } },
    ]);
    expect(undo(back.session, 'unused').effects).toEqual([{ kind: 'retract', id: 'restored' }]);
  });

  it('forgets a typed tag', () => {
    const typed = answer(dealt(card(1)), { imageId: 1, tag: 'scarf', origin: 'typed', given: given('yes') });
    expect(sheetNow(undo(typed.session, 'unused').session)?.typed).toEqual([]);
  });

  it('brings a skipped image back', () => {
    const skipped = skip(dealt(card(1), card(2)), 1);
    expect(where(skipped.session)).toEqual([2, 'apron']);
    expect(where(undo(skipped.session, 'unused').session)).toEqual([1, 'apron']);
  });
});

describe('skipping', () => {
  it('releases the image and keeps what was answered on it', () => {
    const started = reply(dealt(card(1), card(2)), 'yes').session;
    const { session, effects } = skip(started, 1);
    expect(effects).toEqual([{ kind: 'release', imageId: 1 }]);
    expect(session.sheets[0]?.answers.size).toBe(1);
  });

  it('can be taken up again where it was left', () => {
    const left = skip(reply(dealt(card(1)), 'yes').session, 1).session;
    expect(sheetNow(left)).toBeNull();
    expect(where(reopenSkipped(left))).toEqual([1, 'bow']);
  });

  it('ignores a second press meant for the image before', () => {
    const once = skip(dealt(card(1), card(2)), 1).session;
    expect(skip(once, 1).session).toBe(once);
  });
});

describe('dealing', () => {
  it('leaves images alone that are already here', () => {
    const session = dealt(card(1), card(2));
    expect(deal(session, [card(2), card(1)], 3)).toBe(session);
  });

  it('does not ask again what was answered here or is on its way', () => {
    let session = dealt(card(1));
    session = reply(reply(session, 'yes').session, 'unsure').session;
    const again = deal(session, [card(1, ['apron', 'bow', 'cape'])], 3, (_image, tag) => tag === 'cape');
    expect(again).toBe(session);
    const fresh = deal(session, [card(1, ['apron', 'bow', 'cape'])], 3);
    expect(where(fresh)).toEqual([1, 'cape']);
  });

  it('drops untouched images ahead and keeps the one on the screen and everything undo needs', () => {
    let session = dealt(card(1), card(2), card(3));
    session = reply(reply(session, 'yes').session, 'yes').session;
    session = dropAhead(session);
    expect(where(session)).toEqual([2, 'apron']);
    expect(sheetsAhead(session)).toEqual([]);
    expect(where(undo(session, 'unused').session)).toEqual([1, 'bow']);
  });
});
