/** What is shown of a trial's tags (pure). */
import type { TaggersTryResponse } from '@/client';
import { isOver } from '@/components/ProbabilityBar';

export type TrialTag = TaggersTryResponse['tags'][number];

/** Groups in this order; a category that is not known here comes last. */
const order = ['character', 'copyright', 'artist', 'general', 'meta'];

/** From `threshold` on, a probability; null: each tag from its own line on. */
export function shownTags(tags: readonly TrialTag[], threshold: number | null): TrialTag[] {
  const shown = tags.filter((tag) => (threshold === null ? isOver(tag) : tag.probability >= threshold));
  return shown.sort((one, other) => other.probability - one.probability);
}

export function byCategory(tags: readonly TrialTag[]): [category: string, tags: TrialTag[]][] {
  const groups = new Map<string, TrialTag[]>();
  for (const tag of tags) groups.set(tag.category, [...(groups.get(tag.category) ?? []), tag]);
  const place = (category: string) => (order.indexOf(category) + order.length + 1) % (order.length + 1);
  return [...groups].sort(([one], [other]) => place(one) - place(other));
}

/** The line that most tags have about: the middle one. */
export function usualLine(tags: readonly TrialTag[]): number {
  const lines = tags.map(({ line }) => line).sort((one, other) => one - other);
  return lines[Math.floor(lines.length / 2)] ?? 0.5;
}

/** Every line there is, in whole percents. */
export function lineMarks(tags: readonly TrialTag[]): number[] {
  return [...new Set(tags.map(({ line }) => Math.round(100 * line)))].sort((one, other) => one - other);
}

export const asText = (tags: readonly TrialTag[]): string => tags.map(({ tag }) => tag).join(', ');
