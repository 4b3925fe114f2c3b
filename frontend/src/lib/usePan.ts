import { type CSSProperties, type PointerEvent, useLayoutEffect, useRef } from 'react';

/** A press that moves less than this many pixels is a click, not a drag. */
const STILL = 5;

type Size = { width: number; height: number };
type Drag = { x: number; y: number; left: number; top: number; moved: boolean };

/** Looking around in an image that is larger than its frame: drag, wheel, and a click to zoom at that point. */
export function usePan(zoomed: boolean, setToggled: () => void) {
  const ref = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  /** The point to look at, as shares of the image. */
  const aim = useRef({ x: 0.5, y: 0.5 });

  useLayoutEffect(() => {
    const frame = ref.current;
    if (!frame || !zoomed) return;
    frame.scrollLeft = frame.scrollWidth * aim.current.x - frame.clientWidth / 2;
    frame.scrollTop = frame.scrollHeight * aim.current.y - frame.clientHeight / 2;
  }, [zoomed]);

  function toggle(x = 0.5, y = 0.5): void {
    aim.current = { x, y };
    setToggled();
  }

  /** One image pixel on one pixel of the screen; an image that fits anyway twice as large. */
  function fullSize({ width, height }: Size): CSSProperties {
    const frame = ref.current;
    const fitted = frame ? Math.min(frame.clientWidth / width, frame.clientHeight / height) : 1;
    const pixelForPixel = 1 / (window.devicePixelRatio || 1);
    const scale = fitted < pixelForPixel ? pixelForPixel : 2 * fitted;
    return { width: Math.round(width * scale), height: Math.round(height * scale) };
  }

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLDivElement>): void {
      if (event.button !== 0) return;
      const frame = event.currentTarget;
      drag.current = {
        x: event.clientX,
        y: event.clientY,
        left: frame.scrollLeft,
        top: frame.scrollTop,
        moved: false,
      };
      // A finger scrolls by itself.
      if (event.pointerType === 'mouse' && zoomed) frame.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>): void {
      const start = drag.current;
      if (!start) return;
      const [right, down] = [event.clientX - start.x, event.clientY - start.y];
      start.moved ||= Math.hypot(right, down) > STILL;
      if (!zoomed || event.pointerType !== 'mouse' || !start.moved) return;
      event.currentTarget.scrollLeft = start.left - right;
      event.currentTarget.scrollTop = start.top - down;
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>): void {
      const start = drag.current;
      drag.current = null;
      if (!start || start.moved) return;
      const image = event.currentTarget.querySelector('img[data-now]');
      if (!image) return;
      const at = shareOf(event, image);
      toggle(at.x, at.y);
    },
    onPointerCancel(): void {
      drag.current = null;
    },
  };

  return { ref, handlers, toggle, fullSize };
}

/** Where in the picture a press was; the picture is centred in its element and keeps its proportions. */
function shareOf(event: PointerEvent, image: Element): { x: number; y: number } {
  const box = image.getBoundingClientRect();
  const { naturalWidth = 0, naturalHeight = 0 } = image as HTMLImageElement;
  const scale = Math.min(box.width / (naturalWidth || box.width), box.height / (naturalHeight || box.height));
  const [width, height] = [(naturalWidth || box.width) * scale, (naturalHeight || box.height) * scale];
  const within = (share: number) => Math.min(Math.max(share, 0), 1);
  return {
    x: within((event.clientX - box.left - (box.width - width) / 2) / width),
    y: within((event.clientY - box.top - (box.height - height) / 2) / height),
  };
}
