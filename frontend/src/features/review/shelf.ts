// The durable side of the outbox: what waits to be sent, in the browser's own storage. Every entry has a
// key of its own, so two tabs never write over each other, and writing is done before the next frame.

import type { AnswerIn } from '@/client';

export type Entry = { key: string; owner: string } & (
  | { kind: 'answer'; answer: AnswerIn }
  | { kind: 'retract'; answerId: string }
);
type Content = { kind: 'answer'; answer: AnswerIn } | { kind: 'retract'; answerId: string };

/** A tab that gave no sign of life for this long is gone; others may send what it left. */
export const LIFE_MS = 90_000;
const ROOT = 'labelhub.outbox';

const prefixOf = (user: number): string => `${ROOT}.user.${user}.`;

export function hasEntries(storage: Storage, user: number): boolean {
  return Object.keys(storage).some((key) => key.startsWith(prefixOf(user)));
}

export class Shelf {
  private readonly entries = new Map<string, Entry>();
  private readonly unsaved = new Set<string>();
  private readonly prefix: string;
  private readonly lifePrefix = `${ROOT}.tab.`;
  private counter = 0;

  constructor(
    private readonly storage: Storage,
    user: number,
    readonly tab: string,
    private readonly now: () => number = Date.now,
  ) {
    this.prefix = prefixOf(user);
    for (const key of Object.keys(storage)) {
      if (key.startsWith(this.lifePrefix) && !this.isAlive(key.slice(this.lifePrefix.length)))
        storage.removeItem(key);
      else this.take(key, storage.getItem(key));
    }
  }

  /** All entries of this person, oldest first, also those other tabs have yet to send. */
  all(): Entry[] {
    return [...this.entries.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** What this tab has to send: its own, and what tabs that are gone left behind. */
  mine(): Entry[] {
    return this.all().filter((entry) => entry.owner === this.tab || !this.isAlive(entry.owner));
  }

  get size(): number {
    return this.entries.size;
  }

  get balance(): number {
    let count = 0;
    for (const entry of this.entries.values()) count += entry.kind === 'answer' ? 1 : -1;
    return count;
  }

  /** False while something could not be written to the browser's storage (full, or refused). */
  get durable(): boolean {
    return this.unsaved.size === 0;
  }

  put(content: Content): void {
    this.counter += 1;
    const order = `${this.now().toString(36).padStart(10, '0')}-${this.counter.toString(36).padStart(6, '0')}`;
    const key = `${this.prefix}${order}-${this.tab}`;
    this.entries.set(key, { key, owner: this.tab, ...content });
    try {
      this.storage.setItem(key, JSON.stringify({ owner: this.tab, ...content }));
    } catch {
      this.unsaved.add(key);
    }
  }

  drop(key: string): void {
    this.entries.delete(key);
    this.unsaved.delete(key);
    this.storage.removeItem(key);
  }

  /** Another tab changed the storage; true when that concerned this outbox. */
  changed(key: string | null, value: string | null): boolean {
    if (key === null) {
      // Somebody cleared the site's data: what is still known here is written again.
      for (const { key: lost, ...content } of this.all()) this.storage.setItem(lost, JSON.stringify(content));
      return true;
    }
    if (!key.startsWith(this.prefix)) return false;
    if (value === null) this.entries.delete(key);
    else this.take(key, value);
    return true;
  }

  beat(): void {
    try {
      this.storage.setItem(this.lifePrefix + this.tab, String(this.now()));
    } catch {
      // Without a sign of life another tab may send the same answers: they are recorded once all the same.
    }
  }

  leave(): void {
    this.storage.removeItem(this.lifePrefix + this.tab);
  }

  private isAlive(tab: string): boolean {
    const beat = Number(this.storage.getItem(this.lifePrefix + tab));
    return this.now() - beat < LIFE_MS;
  }

  private take(key: string, value: string | null): void {
    if (!key.startsWith(this.prefix) || value === null) return;
    try {
      const content = JSON.parse(value) as Content & { owner: string };
      if (content.kind === 'answer' || content.kind === 'retract') this.entries.set(key, { key, ...content });
    } catch {
      // Not ours, or cut off: it cannot be sent, and it is no answer that anybody gave.
    }
  }
}
