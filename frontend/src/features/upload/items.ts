/** The list of files and its figures, kept up to date file by file so that thousands of them cost nothing. */
import type { UploadFileRow } from '@/client';
import { type Batch, type Item, type ItemState, isUnsent, type Pause, type Snapshot, states } from './types';

export class Items {
  readonly all: Item[] = [];
  readonly counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<ItemState, number>;
  private bytes = 0;
  private bytesSent = 0;
  private nextSerial = 1;
  private version = 0;
  private readonly byFileId = new Map<number, Item>();

  add(batch: Batch, path: string, file: File | null, state: ItemState): Item {
    const item: Item = {
      serial: this.nextSerial++,
      batch,
      path,
      file,
      size: file?.size ?? 0,
      state,
      progress: 0,
      attempts: 0,
      fileId: null,
      imageId: null,
      nearDuplicates: 0,
      message: '',
    };
    this.all.push(item);
    this.count(item, 1);
    this.bytes += item.size;
    if (file) batch.unanswered.set(path, item);
    return item;
  }

  /** Moves an item to another state; a file that is not on its way has progress 0 (before) or 1 (after). */
  set(item: Item, state: ItemState, message = ''): void {
    this.count(item, -1);
    item.state = state;
    this.count(item, 1);
    item.message = message;
    this.progress(item, isUnsent(state) ? 0 : 1);
  }

  private count(item: Item, by: 1 | -1): void {
    this.counts[item.state] += by;
    if (isUnsent(item.state)) item.batch.unsent += by;
    if (item.state === 'waiting') item.batch.waiting += by;
  }

  progress(item: Item, share: number): void {
    this.bytesSent += (share - item.progress) * item.size;
    item.progress = share;
  }

  /** What the server says about a file; true if that was news. */
  settle(item: Item, told: UploadFileRow): boolean {
    this.byFileId.set(told.id, item);
    if (item.batch.unanswered.get(item.path) === item) item.batch.unanswered.delete(item.path);
    item.fileId = told.id;
    const news =
      item.state !== told.state ||
      item.nearDuplicates !== told.near_duplicates ||
      item.message !== told.message;
    if (!news) return false;
    item.imageId = told.image_id;
    item.nearDuplicates = told.near_duplicates;
    this.set(item, told.state, told.message);
    if (told.state !== 'waiting') item.file = null; // lets go of the bytes
    return true;
  }

  /**
   * Settles a row of the server's list: known by its id; or by its path, when the file arrived but the answer to it was lost; else
   * it is a member that the server found in an archive.
   */
  settleRow(batch: Batch, told: UploadFileRow): boolean {
    const known = this.byFileId.get(told.id);
    if (known) return this.settle(known, told);
    const unanswered = batch.unanswered.get(told.path);
    if (unanswered?.state === 'sending') return false; // its own answer is on the way
    return this.settle(unanswered ?? this.add(batch, told.path, null, 'waiting'), told);
  }

  remove(leaves: (item: Item) => boolean): void {
    const kept: Item[] = [];
    for (const item of this.all) {
      if (!leaves(item)) {
        kept.push(item);
        continue;
      }
      this.count(item, -1);
      item.batch.unanswered.delete(item.path);
      this.bytes -= item.size;
      this.bytesSent -= item.progress * item.size;
      if (item.fileId !== null) this.byFileId.delete(item.fileId);
    }
    this.all.splice(0, this.all.length, ...kept);
  }

  snapshot(paused: Pause): Snapshot {
    this.version += 1;
    return {
      version: this.version,
      items: this.all,
      total: this.all.length,
      counts: { ...this.counts },
      bytes: this.bytes,
      bytesSent: Math.max(0, this.bytesSent),
      paused,
    };
  }
}
