// Keeps cards coming: asks for more before they run out, tries again after a failure, and looks now and
// then when there was nothing to ask. Knows which leases have lapsed.

import type { Cards } from '@/client';
import type { Outbox } from './outbox';
import { pair, type Session, sheetNow, sheetsAhead, skippedImages } from './session';

/** Fewer cards than this waiting behind the one on the screen: ask for more. */
export const LOW = 6;
export const TARGET = 10;
/** The most cards the server hands out in one request. */
const MOST = 20;
const SHORTEST_LEASE_MS = 60_000;
const AGAIN_MS = { first: 2_000, last: 60_000, factor: 1.6 };

export type Dealer = {
  /** `without`: images put aside, which would only come back. */
  deal(count: number, without: number[]): Promise<Cards>;
  release(imageIds: number[]): Promise<unknown>;
};

export type Answered = (imageId: number, tag: string) => boolean;

export type Customer = {
  session(): Session;
  asking(): void;
  /** New cards, and which questions are answered although the server may not know it yet. True if it could use any. */
  dealt(cards: Cards, answered: Answered): boolean;
  failed(problem: unknown): void;
};

export class Supply {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private asked = false;
  private present = false;
  private inVain = 0;
  private leaseMs = SHORTEST_LEASE_MS;
  private leasedAt = Number.POSITIVE_INFINITY;
  /** Answered before this page was loaded: the server deals these again until it has got them. */
  private readonly earlier: Set<string>;

  constructor(
    private readonly dealer: Dealer,
    private readonly outbox: Outbox,
    private readonly customer: Customer,
    private readonly now: () => number = Date.now,
  ) {
    this.earlier = this.waiting();
  }

  open(): void {
    this.present = true;
    void this.ensure();
  }

  close(): void {
    this.present = false;
    this.clearTimer();
  }

  /** After a long pause others may hold the cards ahead. */
  get lapsed(): boolean {
    return !this.asked && this.now() - this.leasedAt > this.leaseMs;
  }

  /** Asks for cards when few are left. After a failure, or when there were none, it waits before it asks again. */
  async ensure({ atOnce = false } = {}): Promise<void> {
    const open = this.openCards();
    if (this.asked || !this.present || open > LOW) return;
    if (this.timer !== null && open > 0 && !atOnce) return;
    this.asked = true;
    this.clearTimer();
    this.customer.asking();
    // Answers go first: the server must not count answered images as still to be done.
    await this.outbox.flush();
    try {
      // It deals what is on the table already before anything new.
      const aside = skippedImages(this.customer.session());
      this.dealt(await this.dealer.deal(Math.min(this.openCards() + TARGET, MOST), aside));
    } catch (problem) {
      this.asked = false;
      this.customer.failed(problem);
      this.lookAgain();
    }
  }

  private dealt(cards: Cards): void {
    this.asked = false;
    if (!this.present) {
      // The person left while the server was dealing.
      this.dealer.release(cards.cards.map((card) => card.image.id)).catch(() => undefined);
      return;
    }
    const waiting = this.waiting();
    const known: Answered = (imageId, tag) =>
      waiting.has(pair(imageId, tag)) || this.earlier.has(pair(imageId, tag));
    const [first] = cards.cards;
    if (first) {
      this.leasedAt = this.now();
      this.leaseMs = Math.max(SHORTEST_LEASE_MS, Date.parse(first.lease_until) - this.leasedAt);
    }
    const useful = this.customer.dealt(cards, known);
    if (useful) this.inVain = 0;
    else this.lookAgain();
  }

  private openCards(): number {
    const session = this.customer.session();
    return sheetsAhead(session).length + (sheetNow(session) === null ? 0 : 1);
  }

  private waiting(): Set<string> {
    return new Set(this.outbox.waiting().map(({ imageId, tag }) => pair(imageId, tag)));
  }

  private lookAgain(): void {
    this.clearTimer();
    if (!this.present) return;
    const wait = Math.min(AGAIN_MS.first * AGAIN_MS.factor ** this.inVain, AGAIN_MS.last);
    this.inVain += 1;
    this.timer = setTimeout(() => void this.ensure({ atOnce: true }), wait);
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
