/** Reads what the server made of the files that arrived, a little at a time, for as long as there is something to wait for. */
import { nextDelay } from '@/lib/polling';
import type { Items } from './items';
import type { Batch, Transport } from './types';

const pagesPerReading = 3;
const pace = { first: 700, last: 8_000, factor: 1.5 };

export class Results {
  private reading = false;

  constructor(
    private readonly transport: Transport,
    private readonly items: Items,
    private readonly batches: readonly Batch[],
    private readonly isPaused: () => boolean,
    private readonly tell: () => void,
  ) {}

  /** Begins to read, unless it is reading already. */
  async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    let unchanged = 0;
    while (!this.isPaused() && this.items.counts.waiting + this.unreadArchives() > 0) {
      await this.transport.wait(nextDelay(unchanged, pace));
      let news = false;
      for (const batch of this.batches) {
        if (batch.uploadId !== null) news = (await this.readBatch(batch, batch.uploadId)) || news;
      }
      unchanged = news ? 0 : unchanged + 1;
      this.tell();
    }
    this.reading = false;
  }

  /** Archives whose members may still be unknown here. */
  private unreadArchives(): number {
    return this.items.counts.archive > 0
      ? this.batches.filter((batch) => batch.uploadId !== null && !batch.readToEnd).length
      : 0;
  }

  private async readBatch(batch: Batch, uploadId: number): Promise<boolean> {
    if (batch.waiting === 0 && batch.readToEnd) return false;
    let news = false;
    let cursor = batch.cursor;
    batch.readToEnd = false;
    for (let page = 0; page < pagesPerReading && !batch.readToEnd; page += 1) {
      const found = await this.transport.results(uploadId, cursor).catch(() => null);
      if (!found) return news;
      for (const row of found.items) news = this.items.settleRow(batch, row) || news;
      const settled = found.items.every((row) => row.state !== 'waiting');
      const next = found.next ?? null;
      if (settled && next !== null && batch.cursor === cursor) batch.cursor = next;
      cursor = next;
      batch.readToEnd = next === null;
    }
    return news;
  }
}
