import { type PointerEvent, type RefObject, useRef } from 'react';

/** Scrolls an element by dragging what is in it; `moved` tells the drag's last click from a real one. */
export function useDragScroll(area: RefObject<HTMLElement | null>) {
  const start = useRef<{ x: number; y: number; left: number; top: number } | null>(null);
  const travelled = useRef(0);

  function onPointerDown(event: PointerEvent) {
    const box = area.current;
    travelled.current = 0;
    // Fingers scroll by themselves.
    if (!box || event.button !== 0 || event.pointerType !== 'mouse') return;
    start.current = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  }

  function onPointerMove(event: PointerEvent) {
    const box = area.current;
    const from = start.current;
    if (!box || !from) return;
    const x = event.clientX - from.x;
    const y = event.clientY - from.y;
    travelled.current = Math.max(travelled.current, Math.hypot(x, y));
    box.scrollLeft = from.left - x;
    box.scrollTop = from.top - y;
  }

  function stop() {
    start.current = null;
  }

  return {
    handlers: { onPointerDown, onPointerMove, onPointerUp: stop, onPointerLeave: stop },
    moved: () => travelled.current > 4,
  };
}
