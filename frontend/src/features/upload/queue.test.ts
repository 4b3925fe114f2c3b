import { describe, expect, it, vi } from 'vitest';
import type { PageUploadFileRow, UploadFileRow } from '@/client';
import { ApiError, networkError } from '@/lib/api';
import { UploadQueue } from './queue';
import type { Transport } from './types';

const facts = { source: 'camera', licence: 'CC0', rating: 'g', domain: 'photo' } as const;
const picked = (...paths: string[]) => paths.map((path) => ({ path, file: new File(['x'], path) }));

function row(id: number, path: string, rest: Partial<UploadFileRow> = {}): UploadFileRow {
  return { id, path, state: 'waiting', message: '', image_id: null, near_duplicates: 0, ...rest };
}

/** A server of its own: keeps what was sent, and settles everything as stored unless a test says otherwise. */
class Server implements Transport {
  online = true;
  rows: UploadFileRow[] = [];
  refusals: unknown[] = [];
  verdict = (path: string): Partial<UploadFileRow> => ({ state: 'stored', image_id: path.length });
  highest = 0;
  private now = 0;
  open = vi.fn(async () => this.reach(7));
  close = vi.fn(async () => undefined);
  send = vi.fn(async (_upload: number, path: string): Promise<UploadFileRow> => {
    this.now += 1;
    this.highest = Math.max(this.highest, this.now);
    await this.wait();
    this.now -= 1;
    if (!this.online) throw networkError();
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    const told = row(this.rows.length + 1, path);
    this.rows.push(told);
    return told;
  });
  results = vi.fn(async (_upload: number, cursor: string | null): Promise<PageUploadFileRow> => {
    this.rows = this.rows.map((told) =>
      told.state === 'waiting' ? { ...told, ...this.verdict(told.path) } : told,
    );
    const start = Number(cursor ?? 0);
    const items = this.rows.slice(start, start + 2);
    return { items, next: start + 2 < this.rows.length ? String(start + 2) : null };
  });
  isReachable = vi.fn(async () => this.online);
  isReadable = vi.fn(async () => true);
  wait = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

  private reach<T>(value: T): T {
    if (!this.online) throw networkError();
    return value;
  }
}

function begin(server = new Server()) {
  const queue = new UploadQueue(server, 3, 0);
  const counts = () => queue.getSnapshot().counts;
  const state = (path: string) => queue.getSnapshot().items.find((item) => item.path === path)?.state;
  return { server, queue, counts, state };
}

describe('the upload queue', () => {
  it('opens one upload, sends every file once, three at a time, and closes it', async () => {
    const { server, queue, counts } = begin();
    queue.add(facts, picked('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    await vi.waitFor(() => expect(counts().stored).toBe(7));
    expect(server.open).toHaveBeenCalledExactlyOnceWith(facts, 7);
    expect(server.send).toHaveBeenCalledTimes(7);
    expect(server.highest).toBe(3);
    expect(server.close).toHaveBeenCalledExactlyOnceWith(7);
  });

  it('shows what the server made of each file', async () => {
    const server = new Server();
    server.verdict = (path) =>
      path === 'bad'
        ? { state: 'rejected', message: 'This is not an image.' }
        : { state: 'duplicate', image_id: 3 };
    const { queue, counts } = begin(server);
    queue.add(facts, picked('bad', 'twin'));
    await vi.waitFor(() => expect(counts().rejected + counts().duplicate).toBe(2));
    const [bad, twin] = queue.getSnapshot().items;
    expect(bad).toMatchObject({ state: 'rejected', message: 'This is not an image.' });
    expect(twin).toMatchObject({ state: 'duplicate', imageId: 3, file: null });
  });

  it('pauses while the network is gone and goes on by itself, sending nothing twice', async () => {
    const { server, queue, counts } = begin();
    server.online = false;
    queue.add(facts, picked('a', 'b', 'c', 'd'));
    await vi.waitFor(() => expect(queue.getSnapshot().paused).toBe('network'));
    expect(queue.unsent).toBe(4);
    server.online = true;
    await vi.waitFor(() => expect(counts().stored).toBe(4));
    expect(queue.getSnapshot().paused).toBeNull();
    expect(server.rows.map(({ path }) => path).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('pauses when the session has ended and goes on after signing in', async () => {
    const { server, queue, counts } = begin();
    server.refusals = [new ApiError('not_signed_in', 'Sign in to go on.', 401)];
    queue.add(facts, picked('a'));
    await vi.waitFor(() => expect(queue.getSnapshot().paused).toBe('session'));
    queue.resume();
    await vi.waitFor(() => expect(counts().stored).toBe(1));
  });

  it('tries again when the server stumbles, up to three times, then waits for a person', async () => {
    const { server, queue, state } = begin();
    const busy = new ApiError('http_503', 'Try again in a moment.', 503);
    server.refusals = [busy, busy, busy];
    queue.add(facts, picked('a'));
    await vi.waitFor(() => expect(state('a')).toBe('failed'));
    expect(queue.getSnapshot().items[0]?.message).toBe('Try again in a moment.');
    expect(server.close).not.toHaveBeenCalled();
    queue.retry();
    await vi.waitFor(() => expect(state('a')).toBe('stored'));
    expect(server.close).toHaveBeenCalledTimes(1);
  });

  it('does not repeat what the server refused, and the rest goes on', async () => {
    const { server, queue, counts } = begin();
    server.refusals = [new ApiError('too_large', 'The file is too large.', 413)];
    queue.add(facts, picked('a', 'b'));
    await vi.waitFor(() => expect(counts().stored).toBe(1));
    expect(counts().failed).toBe(1);
    expect(server.send).toHaveBeenCalledTimes(2);
  });

  it('says so of a file that can no longer be read', async () => {
    const { server, queue, state } = begin();
    server.isReadable.mockImplementation(async () => false);
    server.refusals = [networkError()];
    queue.add(facts, picked('moved'));
    await vi.waitFor(() => expect(state('moved')).toBe('failed'));
    expect(queue.getSnapshot().paused).toBeNull();
  });

  it('fails every file at once when the upload cannot be opened', async () => {
    const { server, queue, counts } = begin();
    server.open.mockRejectedValue(new ApiError('forbidden', 'Your role does not allow this.', 403));
    queue.add(facts, picked('a', 'b', 'c', 'd', 'e'));
    await vi.waitFor(() => expect(counts().failed).toBe(5));
    expect(server.send).not.toHaveBeenCalled();
  });

  it('adds the members that the server found in an archive', async () => {
    const server = new Server();
    let unpacked = false;
    server.verdict = (path) => (path === 'set.zip' ? { state: 'archive' } : { state: 'stored', image_id: 1 });
    const results = server.results.getMockImplementation();
    server.results.mockImplementation(async (upload, cursor) => {
      const archive = server.rows.find(({ path }) => path === 'set.zip');
      if (archive && !unpacked) {
        unpacked = true;
        server.rows.push(row(90, 'set.zip/1.jpg'), row(91, 'set.zip/2.jpg'));
      }
      return results ? results(upload, cursor) : { items: [], next: null };
    });
    const { queue, counts, state } = begin(server);
    queue.add(facts, picked('set.zip'));
    await vi.waitFor(() => expect(counts().stored).toBe(2));
    expect(state('set.zip')).toBe('archive');
    expect(queue.getSnapshot().items).toHaveLength(3);
  });

  it('recognises a file whose answer was lost and does not list it twice', async () => {
    const { server, queue, counts } = begin();
    queue.add(facts, picked('first'));
    await vi.waitFor(() => expect(counts().stored).toBe(1));
    server.rows.push(row(2, 'lost'));
    server.refusals = [new ApiError('odd', 'The answer was lost.', 400)];
    queue.add(facts, picked('lost', 'next'));
    await vi.waitFor(() => expect(counts().stored).toBe(3));
    expect(queue.getSnapshot().items.map(({ path }) => path)).toEqual(['first', 'lost', 'next']);
  });

  it('forgets what was not sent when it is cancelled', async () => {
    const { server, queue, counts } = begin();
    queue.add(facts, picked('a', 'b', 'c', 'd', 'e'));
    queue.cancel();
    await vi.waitFor(() => expect(counts().sending).toBe(0));
    expect(queue.unsent).toBe(0);
    expect(queue.getSnapshot().bytes).toBe(0);
    expect(server.send.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('tells of added files at once, so that nothing looks finished before it has begun', () => {
    const { queue } = begin();
    const heard = vi.fn();
    queue.subscribe(heard);
    queue.add(facts, picked('a', 'b', 'c', 'd'));
    expect(heard).toHaveBeenCalled();
    expect(queue.getSnapshot()).toMatchObject({ total: 4, counts: { sending: 3, queued: 1 } });
  });

  it('counts bytes as they go', async () => {
    const { queue, counts } = begin();
    queue.add(facts, picked('a', 'b'));
    await vi.waitFor(() => expect(counts().stored).toBe(2));
    expect(queue.getSnapshot()).toMatchObject({ bytes: 2, bytesSent: 2 });
  });
});
