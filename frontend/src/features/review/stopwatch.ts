/** Nobody looks at one question longer than this: what is beyond it was a coffee. */
export const LONGEST_SECONDS = 120;

/**
 * How long one question has been looked at: it stands still while the page is hidden and stops
 * counting at the cap.
 */
export class Stopwatch {
  private spent = 0;
  private since: number | null = null;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly cap: number = LONGEST_SECONDS,
  ) {}

  /** A new question is on the screen (or waits for the page to be looked at again). */
  restart(visible = true): void {
    this.spent = 0;
    this.since = visible ? this.now() : null;
  }

  pause(): void {
    if (this.since !== null) {
      this.spent += this.now() - this.since;
      this.since = null;
    }
  }

  resume(): void {
    this.since ??= this.now();
  }

  seconds(): number {
    const running = this.since === null ? 0 : this.now() - this.since;
    const seconds = Math.max(0, this.spent + running) / 1000;
    return Math.round(Math.min(seconds, this.cap) * 1000) / 1000;
  }
}
