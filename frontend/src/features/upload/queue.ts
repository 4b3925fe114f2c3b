/**
 * Sends files, a few at a time, and gathers what the server makes of them. Knows nothing of the page: it goes on while its
 * user looks at other pages. A lost network or an ended session pauses it; it goes on by itself where it stopped.
 */
import { ApiError, messageOf } from '@/lib/api';
import type { Facts } from '@/lib/facts';
import type { PickedFile } from '@/lib/files';
import { t } from '@/lib/i18n';
import { nextDelay } from '@/lib/polling';
import { Items } from './items';
import { Results } from './results';
import {
  type Batch,
  type Item,
  isUnsent,
  newBatch,
  type Pause,
  type Snapshot,
  type Transport,
} from './types';

const triesPerFile = 3;
const probing = { first: 1_000, last: 15_000, factor: 2 };

export class UploadQueue {
  private readonly items = new Items();
  private readonly batches: Batch[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly flying = new Map<Item, AbortController>();
  private readonly opening = new Map<Batch, Promise<number>>();
  private queued: Item[] = [];
  private paused: Pause = null;
  private resumedEarly: (() => void) | null = null;
  private readonly results: Results;
  private told: Snapshot = this.items.snapshot(null);
  private telling = false;

  constructor(
    private readonly transport: Transport,
    private readonly concurrency = 3,
    private readonly tellEvery = 120,
  ) {
    const isPaused = () => this.paused !== null;
    this.results = new Results(transport, this.items, this.batches, isPaused, () => this.tell());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly getSnapshot = (): Snapshot => this.told;

  /** Files that would be lost if the page were closed now. */
  get unsent(): number {
    return this.items.counts.queued + this.items.counts.sending;
  }

  /** Gives back what it made of the files; an item changes in place. */
  add(facts: Facts, files: readonly PickedFile[]): Item[] {
    const batch = newBatch(facts, files.length);
    this.batches.push(batch);
    const added = files.map(({ path, file }) => this.items.add(batch, path, file, 'queued'));
    this.queued.push(...added);
    this.pump();
    this.tellNow();
    return added;
  }

  retry(which: (item: Item) => boolean = () => true): void {
    for (const item of this.items.all) {
      if (item.state !== 'failed' || !which(item)) continue;
      item.attempts = 0;
      this.items.set(item, 'queued');
      this.queued.push(item);
    }
    this.pump();
  }

  /** Gives up on what was not sent: files in the queue, on the way, or failed. */
  cancel(): void {
    this.queued = [];
    for (const flight of this.flying.values()) flight.abort();
    this.items.remove((item) => isUnsent(item.state));
    this.pump();
  }

  /** Takes files off the list that need no more attention. */
  clear(): void {
    this.items.remove((item) => !isUnsent(item.state) && item.state !== 'waiting');
    this.tell();
  }

  /** The network or the session is back, or somebody hopes so. */
  resume(): void {
    this.resumedEarly?.();
    if (this.paused === 'session') {
      this.paused = null;
      this.pump();
    }
  }

  private pump(): void {
    while (!this.paused && this.flying.size < this.concurrency) {
      const item = this.queued.shift();
      if (!item) break;
      // Its answer was lost on the way, but the list of results told of it.
      if (item.state !== 'queued') continue;
      void this.fly(item);
    }
    for (const batch of this.batches) this.closeWhenSent(batch);
    void this.results.read();
    this.tell();
  }

  private async fly(item: Item): Promise<void> {
    const flight = new AbortController();
    this.flying.set(item, flight);
    this.items.set(item, 'sending');
    try {
      await this.send(item, flight.signal);
    } catch (problem) {
      if (!flight.signal.aborted) await this.landBadly(item, problem, flight.signal);
    }
    this.flying.delete(item);
    this.pump();
  }

  private async send(item: Item, signal: AbortSignal): Promise<void> {
    const { batch, file } = item;
    if (!file) throw new Error('a member of an archive is never sent');
    const uploadId = await this.open(batch);
    const report = (share: number) => {
      if (signal.aborted) return;
      this.items.progress(item, share);
      this.tell();
    };
    const told = await this.transport.send(uploadId, item.path, file, report, signal);
    if (signal.aborted) return;
    this.items.settle(item, told);
  }

  private open(batch: Batch): Promise<number> {
    let opened = this.opening.get(batch);
    if (!opened) {
      opened = this.transport.open(batch.facts, batch.expected).then((id) => {
        batch.uploadId = id;
        return id;
      });
      this.opening.set(batch, opened);
      opened.catch(() => this.opening.delete(batch));
    }
    return opened;
  }

  private async landBadly(item: Item, problem: unknown, signal: AbortSignal): Promise<void> {
    const error = problem instanceof ApiError ? problem : null;
    const readable = item.file !== null && (await this.transport.isReadable(item.file));
    if (signal.aborted) return;
    item.attempts += 1;
    if (!readable) {
      this.items.set(item, 'failed', t('upload.unreadable'));
    } else if (error?.isNetwork || error?.status === 401) {
      this.again(item);
      void this.pause(error.isNetwork ? 'network' : 'session');
    } else if (error && (error.status >= 500 || error.status === 429) && item.attempts < triesPerFile) {
      await this.transport.wait(nextDelay(item.attempts, probing));
      if (!signal.aborted) this.again(item);
    } else {
      this.items.set(item, 'failed', messageOf(problem));
      if (item.batch.uploadId === null) this.failAll(item.batch, messageOf(problem));
    }
  }

  private again(item: Item): void {
    this.items.set(item, 'queued');
    this.queued.unshift(item);
  }

  /** The server did not open the upload: none of its files needs to be tried. */
  private failAll(batch: Batch, message: string): void {
    for (const item of this.queued) if (item.batch === batch) this.items.set(item, 'failed', message);
    this.queued = this.queued.filter((item) => item.batch !== batch);
  }

  private async pause(reason: Exclude<Pause, null>): Promise<void> {
    if (this.paused) return;
    this.paused = reason;
    this.tell();
    if (reason === 'session') return;
    for (let tries = 0; this.paused === 'network'; tries += 1) {
      const early = new Promise<void>((resolve) => {
        this.resumedEarly = resolve;
      });
      await Promise.race([this.transport.wait(nextDelay(tries, probing)), early]);
      if (await this.transport.isReachable()) this.paused = null;
    }
    this.resumedEarly = null;
    this.pump();
  }

  private closeWhenSent(batch: Batch): void {
    if (batch.closed || batch.uploadId === null || batch.unsent > 0) return;
    batch.closed = true;
    // A lost "that was all" costs nothing: the server closes an upload that has been silent for long.
    this.transport.close(batch.uploadId).catch(() => undefined);
  }

  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    setTimeout(() => {
      this.telling = false;
      this.tellNow();
    }, this.tellEvery);
  }

  private tellNow(): void {
    this.told = this.items.snapshot(this.paused);
    for (const listener of this.listeners) listener();
  }
}
