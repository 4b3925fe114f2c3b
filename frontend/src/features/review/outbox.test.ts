import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BATCH, GATHER_MS, Outbox } from './outbox';
import { Shelf } from './shelf';
import { body, Refusal, Server } from './testing';

let server: Server;

function open(tab = 'tab-1', user = 1): Outbox {
  const outbox = new Outbox(new Shelf(localStorage, user, tab), server);
  outbox.open();
  return outbox;
}

const kept = () => Object.keys(localStorage).filter((key) => key.includes('.user.'));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
});
afterEach(() => vi.useRealTimers());

describe('outbox', () => {
  it('sends answers together after a moment and then forgets them', async () => {
    const outbox = open();
    outbox.record(body('a'));
    outbox.record(body('b'));
    expect(outbox.status().unsent).toBe(2);
    expect(server.requests).toEqual([]);
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(server.requests).toEqual([['a', 'b']]);
    expect(outbox.status().unsent).toBe(0);
    expect(kept()).toEqual([]);
  });

  it('sends many answers in small batches, in order', async () => {
    const outbox = open();
    const ids = Array.from({ length: BATCH * 2 + 3 }, (_, index) => `answer-${index}`);
    for (const id of ids) outbox.record(body(id));
    await outbox.flush();
    expect(server.requests.map((request) => request.length)).toEqual([BATCH, BATCH, 3]);
    expect(server.requests.flat()).toEqual(ids);
  });

  it('keeps answers through a lost network and tries again later and later', async () => {
    const outbox = open();
    server.trouble = () => new TypeError('Failed to fetch');
    outbox.record(body('a'));
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = server.requests.length;
    expect(outbox.status()).toMatchObject({ unsent: 1, trouble: 'offline' });
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(9);
    server.trouble = null;
    outbox.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.status()).toMatchObject({ unsent: 0, trouble: 'none' });
    expect([...server.recorded.keys()]).toEqual(['a']);
  });

  it('keeps answers when the session has ended', async () => {
    const outbox = open();
    server.trouble = () => new Refusal(401);
    outbox.record(body('a'));
    await outbox.flush();
    expect(outbox.status()).toMatchObject({ unsent: 1, trouble: 'signed-out' });
    expect(kept()).toHaveLength(1);
  });

  it('sends after a reload what the page before could not', async () => {
    const first = open('tab-1');
    server.trouble = () => new Refusal(503);
    first.record(body('a'));
    await first.flush();
    first.farewell();
    first.close();
    server.trouble = null;
    const second = open('tab-2');
    expect(second.status().unsent).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect([...server.recorded.keys()]).toEqual(['a']);
    expect(kept()).toEqual([]);
  });

  it('records an answer once when the reply to it was lost', async () => {
    const outbox = open();
    let lost = true;
    server.trouble = (answers) => {
      for (const answer of answers) server.recorded.set(answer.id, answer);
      return lost ? new TypeError('connection reset') : null;
    };
    outbox.record(body('a'));
    await outbox.flush();
    lost = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.requests).toEqual([['a'], ['a']]);
    expect(server.recorded.size).toBe(1);
  });

  it('does not send what another person left in this browser', async () => {
    server.trouble = () => new Refusal(401);
    const first = open('tab-1', 1);
    first.record(body('a'));
    first.farewell();
    first.close();
    server.trouble = null;
    server.requests = [];
    open('tab-2', 2);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.requests).toEqual([]);
    expect(kept()).toHaveLength(1);
  });

  it('sets aside what the server refuses for good, and sends the rest', async () => {
    const outbox = open();
    server.trouble = (answers) =>
      answers.some((answer) => answer.id === 'bad') ? new Refusal(404, 'The image is gone.') : null;
    for (const id of ['a', 'bad', 'c']) outbox.record(body(id));
    await outbox.flush();
    expect([...server.recorded.keys()]).toEqual(['a', 'c']);
    expect(outbox.status()).toMatchObject({ unsent: 0, refused: ['The image is gone.'] });
  });
});

describe('taking back', () => {
  it('removes an answer that has not left yet without telling the server', async () => {
    const outbox = open();
    outbox.record(body('a'));
    outbox.retract('a');
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect([server.requests, server.retracted, kept()]).toEqual([[], [], []]);
  });

  it('retracts an answer that was sent', async () => {
    const outbox = open();
    outbox.record(body('a'));
    await outbox.flush();
    outbox.retract('a');
    await outbox.flush();
    expect(server.retracted).toEqual(['a']);
    expect(outbox.sent).toBe(0);
  });

  it('retracts an answer that is just being sent, after it has arrived', async () => {
    const outbox = open();
    outbox.record(body('a'));
    const sending = outbox.flush();
    outbox.retract('a');
    await sending;
    await outbox.flush();
    expect([...server.recorded.keys()]).toEqual(['a']);
    expect(server.retracted).toEqual(['a']);
  });

  it('keeps the order of answer, retraction and new answer', async () => {
    const outbox = open();
    const order: string[] = [];
    const { send, retract } = server;
    server.send = async (answers) => {
      order.push(...answers.map((answer) => answer.id));
      await send(answers);
    };
    server.retract = async (id) => {
      order.push(`not ${id}`);
      await retract(id);
    };
    outbox.record(body('a'));
    await outbox.flush();
    outbox.retract('a');
    outbox.record(body('b'));
    await outbox.flush();
    expect(order).toEqual(['a', 'not a', 'b']);
  });
});

it('says so when the browser cannot keep answers, and sends them all the same', async () => {
  const outbox = open();
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  outbox.record(body('a'));
  expect(outbox.status()).toMatchObject({ unsent: 1, durable: false });
  await outbox.flush();
  full.mockRestore();
  expect([...server.recorded.keys()]).toEqual(['a']);
  expect(outbox.status().durable).toBe(true);
});
