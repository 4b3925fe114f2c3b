/** Going through the conflicts (pure): which one is looked at, and what was said to those before. */
import type { ConflictCard, ConflictRow, ImageCard, Side, Verdict } from '@/client';

export type Conflict = ConflictRow & { key: string; image: ImageCard };

/** What was answered here; `over` are the answers that were taken back with it. */
export type Said = { id: string; verdict: Verdict; over: string[] };

export type Walk = {
  /** The conflict looked at; null at the end. */
  now: string | null;
  said: ReadonlyMap<string, Said>;
  /** What was answered, in order: undo goes back along it. */
  past: readonly string[];
};

export const beginning: Walk = { now: null, said: new Map(), past: [] };

export const conflictsOf = (cards: readonly ConflictCard[]): Conflict[] =>
  cards.flatMap(({ image, conflicts }) =>
    conflicts.map((each) => ({ ...each, image, key: `${image.id} ${each.tag}` })),
  );

/** Neither answered nor ended by what was taken back to settle another one of the same image. */
function isOpen(said: ReadonlyMap<string, Said>): (conflict: Conflict) => boolean {
  const gone = new Set([...said.values()].flatMap(({ over }) => over));
  const counts = ({ answer_id }: Side) => answer_id === null || !gone.has(answer_id);
  return ({ key, sides }) => {
    if (said.has(key)) return false;
    const left = sides.filter(counts);
    return left.length === sides.length || new Set(left.map(({ verdict }) => verdict)).size > 1;
  };
}

/** Where one is: the one chosen, or else the first that is open. */
export function placeOf(walk: Walk, queue: readonly Conflict[]): number {
  const chosen = queue.findIndex(({ key }) => key === walk.now);
  return chosen >= 0 ? chosen : queue.findIndex(isOpen(walk.said));
}

export function stepped(walk: Walk, queue: readonly Conflict[], by: number): Walk {
  const to = queue[placeOf(walk, queue) + by];
  return to ? { ...walk, now: to.key } : walk;
}

/** Answered: on to the next that is open, also one that was passed over. */
export function answered(walk: Walk, queue: readonly Conflict[], key: string, said: Said): Walk {
  const after = new Map(walk.said).set(key, said);
  const from = queue.findIndex((each) => each.key === key);
  const open = isOpen(after);
  const next = queue.slice(from + 1).find(open) ?? queue.find(open);
  return { now: next?.key ?? null, said: after, past: [...walk.past.filter((each) => each !== key), key] };
}

/** As if it had not been answered; one looks at it again. */
export function withdrawn(walk: Walk, key: string): Walk {
  const said = new Map(walk.said);
  said.delete(key);
  return { now: key, said, past: walk.past.filter((each) => each !== key) };
}

/** The answers that say the opposite, which settling takes back; those of a file stay. */
export const against = (sides: readonly Side[], verdict: 'yes' | 'no'): string[] =>
  sides.flatMap((side) => (side.verdict !== verdict && side.answer_id !== null ? [side.answer_id] : []));

/**
 * Which tag implies which, where somebody's word about another tag is a word about this one: a yes comes up from a tag that
 * implies it, a no comes down from one that it implies.
 */
export function implication(tag: string, side: Side): { tag: string; implied: string } | null {
  if (side.tag === tag) return null;
  return side.verdict === 'yes' ? { tag: side.tag, implied: tag } : { tag, implied: side.tag };
}
