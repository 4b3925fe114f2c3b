import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Outbox } from './outbox';
import { LIFE_MS, Shelf } from './shelf';
import { body, Server } from './testing';

let server: Server;

function open(tab: string): Outbox {
  const outbox = new Outbox(new Shelf(localStorage, 1, tab), server);
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

it('two tabs each send their own, and neither loses or repeats anything', async () => {
  const one = open('tab-1');
  const two = open('tab-2');
  one.record(body('a'));
  two.record(body('b'));
  one.record(body('c'));
  await Promise.all([one.flush(), two.flush()]);
  expect(server.requests.flat().sort()).toEqual(['a', 'b', 'c']);
  expect(kept()).toEqual([]);
});

it('a tab takes over what a tab that is gone left behind', async () => {
  const gone = new Shelf(localStorage, 1, 'tab-1');
  gone.beat();
  gone.put({ kind: 'answer', answer: body('a') });
  const other = open('tab-2');
  await vi.advanceTimersByTimeAsync(LIFE_MS / 2);
  expect(server.requests).toEqual([]);
  await vi.advanceTimersByTimeAsync(LIFE_MS);
  expect(server.requests).toEqual([['a']]);
  expect(other.status().unsent).toBe(0);
});

it('tabs see of each other how many answers are unsent', () => {
  const one = open('tab-1');
  const two = open('tab-2');
  two.record(body('b'));
  const [key = ''] = kept();
  one.storageChanged(key, localStorage.getItem(key));
  expect(one.status().unsent).toBe(1);
  one.storageChanged(key, null);
  expect(one.status().unsent).toBe(0);
});
