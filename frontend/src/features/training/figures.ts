// What changed between two taggers, and the order of a table of tags.
import type { RunRow, TagFigures } from '@/client';

export type Direction = 'better' | 'worse' | 'same';
export type Unit = 'f1' | 'share';

const F1 = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
const POINTS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const signed = { signDisplay: 'exceptZero' } as const;
const values = {
  f1: new Intl.NumberFormat('en', F1),
  share: new Intl.NumberFormat('en', { style: 'percent', ...POINTS }),
};
const differences = {
  f1: new Intl.NumberFormat('en', { ...F1, ...signed }),
  share: new Intl.NumberFormat('en', { ...POINTS, ...signed }),
};
/** The last digit that is shown, in the figure's own unit (0 to 1). */
const steps = { f1: 0.001, share: 0.001 };

export const formatFigure = (value: number, unit: Unit): string => values[unit].format(value);

/** "+0.033", of shares in percentage points; with a real minus sign. */
export function formatDifference(before: number, after: number, unit: Unit): string {
  const difference = rounded(before, after, unit) * (unit === 'share' ? 100 : 1);
  return differences[unit].format(difference).replace('-', '−');
}

export function directionOf(before: number, after: number, unit: Unit): Direction {
  const difference = rounded(before, after, unit);
  if (difference === 0) return 'same';
  return difference > 0 ? 'better' : 'worse';
}

/** Of the figures as they are shown: 0.189 and 0.189 do not differ. */
function rounded(before: number, after: number, unit: Unit): number {
  const step = steps[unit];
  return (Math.round(after / step) - Math.round(before / step)) * step;
}

/** Whether a run has anything to show yet. */
export const hasFigures = (run: RunRow): boolean => run.scenes.length > 0 || run.unseen !== null;

export const columns = ['tag', 'change', 'before', 'after', 'pairs', 'positives'] as const;
export type Column = (typeof columns)[number];
export type Order = { column: Column; descending: boolean };

/** As it is shown, so that equals are equal; null where a tag has no figures on one of the sides. */
export function changeOf({ before, after }: TagFigures): number | null {
  return before && after ? rounded(before.f1, after.f1, 'f1') : null;
}

const keys: Record<Column, (row: TagFigures) => string | number | null> = {
  tag: (row) => row.tag,
  pairs: (row) => row.pairs,
  positives: (row) => row.positives,
  before: (row) => row.before?.f1 ?? null,
  after: (row) => row.after?.f1 ?? null,
  change: changeOf,
};

/** Rows in order; what has no figure comes last either way, equals by name. */
export function sorted(rows: readonly TagFigures[], { column, descending }: Order): TagFigures[] {
  const key = keys[column];
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) {
      if (a !== b) return a === null ? 1 : -1;
    } else if (a !== b) {
      return (a < b ? -1 : 1) * (descending ? -1 : 1);
    }
    return one.tag < other.tag ? -1 : 1;
  });
}

/** A click on a column's head: that column with its telling end first, or the other way round. */
export function nextOrder(now: Order, column: Column): Order {
  if (now.column === column) return { column, descending: !now.descending };
  return { column, descending: column !== 'tag' };
}

/** Rows whose tag holds every typed word. */
export function found(rows: readonly TagFigures[], text: string): readonly TagFigures[] {
  const words = text
    .toLowerCase()
    .split(/[\s_]+/)
    .filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ tag }) => words.every((word) => tag.toLowerCase().includes(word)));
}
