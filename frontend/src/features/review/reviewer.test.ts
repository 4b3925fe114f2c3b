import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { CardRow } from '@/client';
import { Outbox, type Transport } from './outbox';
import type { Picture } from './preload';
import { Reviewer } from './reviewer';
import { questionNow, sheetNow } from './session';
import { Shelf } from './shelf';
import { Stopwatch } from './stopwatch';
import { LOW, TARGET } from './supply';
import { body, card, cards } from './testing';

let clock = 0;
let asked: number[];
let released: number[];
let loaded: Picture[];
let queue: CardRow[];
let outbox: Outbox;
let send: Mock<Transport['send']>;

const dealer = {
  deal: async (count: number) => {
    asked.push(count);
    return cards(...queue.slice(0, count));
  },
  release: async (ids: number[]) => {
    released.push(...ids);
  },
};

function review(): Reviewer {
  let made = 0;
  return new Reviewer({
    dealer,
    outbox,
    preload: (pictures) => {
      loaded = pictures;
    },
    stopwatch: new Stopwatch(() => clock),
    makeId: () => `answer-${++made}`,
    now: () => clock,
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function press(reviewer: Reviewer, verdict: 'yes' | 'no' | 'unsure' = 'yes'): void {
  const { session } = reviewer.snapshot();
  const imageId = sheetNow(session)?.card.image.id;
  const tag = questionNow(session)?.tag;
  if (imageId === undefined || tag === undefined) throw new Error('there is no question');
  reviewer.answer({ imageId, tag, verdict });
}

beforeEach(() => {
  localStorage.clear();
  clock = Date.now();
  asked = [];
  released = [];
  loaded = [];
  queue = Array.from({ length: 40 }, (_, index) => card(index + 1));
  send = vi.fn<Transport['send']>(async () => undefined);
  outbox = new Outbox(new Shelf(localStorage, 1, 'tab-1'), { send, retract: vi.fn(async () => undefined) });
});

describe('cards', () => {
  it('has at least five images ahead leased and loaded, also after many answers', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    for (let image = 0; image < 12; image += 1) {
      press(reviewer);
      press(reviewer);
      queue = queue.filter((waiting) => waiting.image.id !== image + 1);
      await settled();
      const ahead = loaded.slice(1).map((picture) => picture.url);
      expect(ahead.length).toBeGreaterThanOrEqual(5);
      expect(loaded[0]?.url).toBe(`/files/${image + 2}.jpg`);
    }
    expect(asked.length).toBeLessThan(12);
    expect(asked[0]).toBe(TARGET);
  });

  it('sends answers before it asks for more cards', async () => {
    queue = queue.slice(0, LOW);
    const reviewer = review();
    reviewer.enter();
    await settled();
    const deal = vi.spyOn(dealer, 'deal');
    press(reviewer);
    await settled();
    expect(send).toHaveBeenCalledOnce();
    expect(deal).toHaveBeenCalledOnce();
    expect(send.mock.invocationCallOrder[0]).toBeLessThan(deal.mock.invocationCallOrder[0] ?? 0);
    reviewer.leave();
  });

  it('does not ask again what an earlier page answered and could not send yet', async () => {
    outbox.record(body('earlier', 1, 'apron'));
    send.mockRejectedValue(new TypeError('offline'));
    const reviewer = review();
    reviewer.enter();
    await settled();
    const { session } = reviewer.snapshot();
    expect([sheetNow(session)?.card.image.id, questionNow(session)?.tag]).toEqual([1, 'bow']);
  });

  it('gives the images ahead back when the person leaves, and none of those on the screen', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    reviewer.leave();
    expect(released).toEqual(Array.from({ length: TARGET - 1 }, (_, index) => index + 2));
    expect(sheetNow(reviewer.snapshot().session)?.card.image.id).toBe(1);
  });

  it('asks anew for the images ahead when their leases have lapsed', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    clock += 3_600_000;
    queue = [card(1), card(90)];
    reviewer.looksBack();
    await settled();
    expect(loaded.map((picture) => picture.url)).toEqual(['/files/1.jpg', '/files/90.jpg']);
  });

  it('keeps the question on the screen and tells of the problem when no cards can be had', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    vi.spyOn(dealer, 'deal').mockRejectedValue(new Error('The server is away.'));
    for (let index = 0; index < 10; index += 1) press(reviewer);
    await settled();
    expect(reviewer.snapshot().problem).toEqual(new Error('The server is away.'));
    expect(questionNow(reviewer.snapshot().session)).not.toBeNull();
    reviewer.leave();
  });
});

describe('answers', () => {
  it('carry the seconds the question was looked at', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    clock += 2_000;
    press(reviewer);
    clock += 500;
    reviewer.looksAway();
    clock += 40_000;
    reviewer.looksBack();
    clock += 500;
    press(reviewer);
    await outbox.flush();
    expect(send.mock.calls.flatMap(([answers]) => answers.map((each) => each.seconds))).toEqual([2, 1]);
  });

  it('are recorded once when a key is pressed twice for the same question', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    reviewer.answer({ imageId: 1, tag: 'apron', verdict: 'yes' });
    reviewer.answer({ imageId: 1, tag: 'apron', verdict: 'yes' });
    expect(outbox.waiting()).toEqual([{ imageId: 1, tag: 'apron' }]);
  });

  it('leave the outbox again when undone before they were sent', async () => {
    const reviewer = review();
    reviewer.enter();
    await settled();
    for (let index = 0; index < 3; index += 1) press(reviewer);
    for (let index = 0; index < 3; index += 1) reviewer.undo();
    expect(outbox.waiting()).toEqual([]);
    expect(questionNow(reviewer.snapshot().session)?.tag).toBe('apron');
    expect(sheetNow(reviewer.snapshot().session)?.card.image.id).toBe(1);
  });
});
