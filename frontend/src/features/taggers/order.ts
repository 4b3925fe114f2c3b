import type { TaggerRow } from '@/client';

const ranks = { serving: 0, registering: 1, fetching: 1, candidate: 2, refused: 3, retired: 4 } as const;

/** The serving one first, then what is on its way or can be promoted; within each the newest first. */
export function inOrder(taggers: readonly TaggerRow[]): TaggerRow[] {
  return taggers.toSorted((one, other) => ranks[one.state] - ranks[other.state] || other.id - one.id);
}
