import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

type Grid = {
  count: number;
  columns: number;
  area: RefObject<HTMLElement | null>;
  reveal: (row: number) => void;
};

/** The place an arrow key leads to from `index`; the same place at the edges. */
export function moved(key: string, index: number, count: number, columns: number): number {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -4 * columns,
    PageDown: 4 * columns,
    Home: -index,
    End: count - 1 - index,
  };
  const step = steps[key];
  if (step === undefined) return index;
  const target = index + step;
  if (Math.abs(step) > 1) return Math.min(Math.max(target, 0), count - 1);
  return target < 0 || target >= count ? index : target;
}

/** One tile of the grid is in the tab order; the arrows move which, and rows that are not drawn yet are revealed first. */
export function useGridKeys({ count, columns, area, reveal }: Grid) {
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, Math.max(0, count - 1));
  const focusNext = useRef(false);

  function tile(index: number): HTMLElement | null {
    return area.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
  }

  function focusActive() {
    const there = tile(active);
    if (there) {
      there.focus({ preventScroll: true });
      return;
    }
    focusNext.current = true;
    reveal(Math.floor(active / columns));
  }

  // After every drawing, because the row appears some drawings after it was asked for.
  useEffect(() => {
    if (!focusNext.current) return;
    const there = tile(active);
    if (!there) return;
    focusNext.current = false;
    there.focus({ preventScroll: true });
  });

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = moved(event.key, active, count, columns);
    if (next === active) return;
    event.preventDefault();
    setActive(next);
    const there = tile(next);
    if (there) there.focus({ preventScroll: true });
    else focusNext.current = true;
    reveal(Math.floor(next / columns));
  }

  return { active, setActive, onKeyDown, focusActive };
}
