import type { TaggerRow } from '@/client';

const ranks = {
  serving: 0,
  warming: 1,
  registering: 2,
  fetching: 2,
  candidate: 3,
  refused: 4,
  retired: 5,
} as const;

/** The serving one first, then what is on its way or can be promoted; within each the newest first. */
export function inOrder(taggers: readonly TaggerRow[]): TaggerRow[] {
  return taggers.toSorted((one, other) => ranks[one.state] - ranks[other.state] || other.id - one.id);
}
