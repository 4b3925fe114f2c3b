// Answers on their way to the server. They are kept until the server has them: through reloads, lost
// networks and ended sessions. Order is kept, small batches go in the background, failures are tried again
// later and later; what the server refuses for good is set aside with its sentence and the rest goes on.

import type { AnswerIn } from '@/client';
import type { Entry, Shelf } from './shelf';

export const BATCH = 25;
/** Long enough that taking back a slip of the finger mostly costs no request. */
export const GATHER_MS = 800;
const LONGEST_WAIT_MS = 60_000;
const BEAT_MS = 20_000;
/** What a browser lets a page that is being closed still send. */
const LAST_BATCH = 60;

export type Transport = {
  send(answers: AnswerIn[], options?: { keepalive: boolean }): Promise<unknown>;
  retract(answerId: string): Promise<unknown>;
};

export type OutboxStatus = {
  /** Answers and retractions. */
  unsent: number;
  /** Answers that will count, less answers that will not any more. */
  unsentAnswers: number;
  /** Whether the last attempt failed, and how. */
  trouble: 'none' | 'offline' | 'signed-out' | 'server';
  durable: boolean;
  refused: readonly string[];
};

export class Outbox {
  private readonly listeners = new Set<() => void>();
  private readonly inFlight = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private heart: ReturnType<typeof setInterval> | null = null;
  private running: Promise<void> | null = null;
  private failures = 0;
  private oneByOne = false;
  private refused: string[] = [];
  private trouble: OutboxStatus['trouble'] = 'none';
  private current: OutboxStatus;
  /** Answers recorded less answers retracted, since this outbox was opened. */
  sent = 0;

  constructor(
    private readonly shelf: Shelf,
    private readonly transport: Transport,
  ) {
    this.current = this.look();
  }

  /** Starts sending what an earlier page left, and goes on until `close`. */
  open(): void {
    this.shelf.beat();
    this.heart ??= setInterval(() => {
      this.shelf.beat();
      if (this.timer === null && this.shelf.mine().length > 0) this.schedule(0);
    }, BEAT_MS);
    if (this.shelf.size > 0) this.schedule(0);
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.heart !== null) clearInterval(this.heart);
    this.timer = null;
    this.heart = null;
    this.shelf.leave();
  }

  record(answer: AnswerIn): void {
    this.shelf.put({ kind: 'answer', answer });
    this.schedule(GATHER_MS);
    this.announce();
  }

  /** Takes an answer back: it never leaves if it has not left yet, else the server is told. */
  retract(answerId: string): void {
    const waiting = this.shelf.all().find((entry) => entry.kind === 'answer' && entry.answer.id === answerId);
    if (waiting && waiting.owner === this.shelf.tab && !this.inFlight.has(waiting.key)) {
      this.shelf.drop(waiting.key);
    } else {
      this.shelf.put({ kind: 'retract', answerId });
      this.schedule(GATHER_MS);
    }
    this.announce();
  }

  /** Questions whose answers wait here, as (image, tag). */
  waiting(): { imageId: number; tag: string }[] {
    return this.shelf
      .all()
      .flatMap((entry) =>
        entry.kind === 'answer' ? [{ imageId: entry.answer.image_id, tag: entry.answer.tag }] : [],
      );
  }

  get sending(): boolean {
    return this.inFlight.size > 0;
  }

  /** Sends everything now. Resolves when nothing is left or something failed; never rejects. */
  flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.drain().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** The network is back, somebody signed in, or the page is looked at again: do not wait any longer. */
  wake(): void {
    this.failures = 0;
    if (this.shelf.mine().length > 0) this.schedule(0, true);
  }

  /** The page is going away: one last try that outlives it. Nothing is forgotten, the next page sends it again. */
  farewell(): void {
    const answers: AnswerIn[] = [];
    for (const entry of this.shelf.mine()) {
      if (entry.kind === 'retract' || answers.length === LAST_BATCH) break;
      answers.push(entry.answer);
    }
    if (answers.length > 0) this.transport.send(answers, { keepalive: true }).catch(() => undefined);
    this.shelf.leave();
  }

  storageChanged(key: string | null, value: string | null): void {
    if (this.shelf.changed(key, value)) this.announce();
  }

  forgive(): void {
    this.refused = [];
    this.announce();
  }

  status = (): OutboxStatus => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private async drain(): Promise<void> {
    for (;;) {
      const batch = this.nextBatch();
      const first = batch[0];
      if (first === undefined) {
        this.oneByOne = false;
        return;
      }
      for (const entry of batch) this.inFlight.add(entry.key);
      try {
        await this.deliver(batch);
        this.delivered(batch);
      } catch (problem) {
        if (!this.failed(batch, problem)) return;
      } finally {
        for (const entry of batch) this.inFlight.delete(entry.key);
        this.announce();
      }
    }
  }

  /** The oldest entries that can go in one request: a run of answers, or one retraction. */
  private nextBatch(): Entry[] {
    const entries = this.shelf.mine();
    if (entries[0]?.kind === 'retract') return entries.slice(0, 1);
    const end = entries.findIndex((entry) => entry.kind === 'retract');
    const most = this.oneByOne ? 1 : BATCH;
    return entries.slice(0, end === -1 ? most : Math.min(end, most));
  }

  private async deliver(batch: Entry[]): Promise<void> {
    const first = batch[0];
    if (first?.kind === 'retract') await this.transport.retract(first.answerId);
    else await this.transport.send(batch.flatMap((entry) => (entry.kind === 'answer' ? [entry.answer] : [])));
  }

  private delivered(batch: Entry[]): void {
    for (const entry of batch) {
      this.sent += entry.kind === 'answer' ? 1 : -1;
      this.shelf.drop(entry.key);
    }
    this.failures = 0;
    this.trouble = 'none';
  }

  /** True when it makes sense to go on at once. */
  private failed(batch: Entry[], problem: unknown): boolean {
    const status = statusOf(problem);
    const final = status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
    if (final && batch.length > 1) {
      // One of them is refused: find it by sending each alone.
      this.oneByOne = true;
      return true;
    }
    if (final) {
      this.setAside(batch, status, problem);
      this.oneByOne = false;
      return true;
    }
    this.trouble = status === 0 ? 'offline' : status === 401 || status === 403 ? 'signed-out' : 'server';
    this.failures += 1;
    this.schedule(
      Math.min(1000 * 2 ** (this.failures - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 4),
      true,
    );
    return false;
  }

  private setAside(batch: Entry[], status: number, problem: unknown): void {
    for (const entry of batch) {
      this.shelf.drop(entry.key);
      // A retraction of what the server never had, or retracted already, has done its work.
      const settled = entry.kind === 'retract' && (status === 404 || status === 409);
      if (!settled)
        this.refused = [...this.refused, problem instanceof Error ? problem.message : String(problem)];
    }
  }

  private schedule(delay: number, sooner = false): void {
    if (this.timer !== null) {
      if (!sooner) return;
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, delay);
  }

  private look(): OutboxStatus {
    const { size, balance, durable } = this.shelf;
    const trouble = size === 0 ? 'none' : this.trouble;
    return { unsent: size, unsentAnswers: balance, trouble, durable, refused: this.refused };
  }

  private announce(): void {
    this.current = this.look();
    for (const listener of this.listeners) listener();
  }
}

function statusOf(problem: unknown): number {
  const status = problem !== null && typeof problem === 'object' && 'status' in problem ? problem.status : 0;
  return typeof status === 'number' ? status : 0;
}
