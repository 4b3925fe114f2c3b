import { type CSSProperties, type PointerEvent, useLayoutEffect, useRef } from 'react';
import { fromSquare, type Share, type Size, toSquare } from '@/lib/modelView';

/** A press that moves less than this many pixels is a click, not a drag. */
const STILL = 5;

type Drag = { x: number; y: number; left: number; top: number; moved: boolean };

/**
 * Looking around in an image that is larger than its frame: drag, wheel, and a click to zoom at that point. What is looked at
 * is marked with `data-now`: the picture, or the square that the tagger sees.
 */
export function usePan(zoomed: boolean, setToggled: () => void, square = false) {
  const ref = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  /** The point to look at, as shares of what is looked at. */
  const aim = useRef<Share>({ x: 0.5, y: 0.5 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the square instead of the picture is of another shape
  useLayoutEffect(() => {
    const frame = ref.current;
    if (!frame || !zoomed) return;
    frame.scrollLeft = frame.scrollWidth * aim.current.x - frame.clientWidth / 2;
    frame.scrollTop = frame.scrollHeight * aim.current.y - frame.clientHeight / 2;
  }, [zoomed, square]);

  function toggle(x = 0.5, y = 0.5): void {
    aim.current = { x, y };
    setToggled();
  }

  /** The same spot stays in the middle when the square takes the picture's place, or the other way round. */
  function keepSpot(picture: Size): void {
    const frame = ref.current;
    if (!frame || !zoomed) return;
    const middle = {
      x: (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth,
      y: (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight,
    };
    aim.current = square ? fromSquare(middle, picture) : toSquare(middle, picture);
  }

  /** One image pixel on one pixel of the screen; an image that fits anyway twice as large. */
  function fullSize({ width, height }: Size): CSSProperties {
    const frame = ref.current;
    const fitted = frame ? Math.min(frame.clientWidth / width, frame.clientHeight / height) : 1;
    const pixelForPixel = 1 / (window.devicePixelRatio || 1);
    const scale = fitted < pixelForPixel ? pixelForPixel : 2 * fitted;
    const full = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const side = Math.max(full.width, full.height);
    return square ? { width: side, height: side } : full;
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
      const image = event.currentTarget.querySelector('[data-now]');
      if (!image) return;
      const at = shareOf(event, image);
      toggle(at.x, at.y);
    },
    onPointerCancel(): void {
      drag.current = null;
    },
  };

  return { ref, handlers, toggle, fullSize, keepSpot };
}

/** Where in the picture a press was; the picture is centred in its element and keeps its proportions. */
function shareOf(event: PointerEvent, image: Element): Share {
  const box = image.getBoundingClientRect();
  const own = ownSize(image);
  const scale = Math.min(box.width / (own.width || box.width), box.height / (own.height || box.height));
  const [width, height] = [(own.width || box.width) * scale, (own.height || box.height) * scale];
  const within = (share: number) => Math.min(Math.max(share, 0), 1);
  return {
    x: within((event.clientX - box.left - (box.width - width) / 2) / width),
    y: within((event.clientY - box.top - (box.height - height) / 2) / height),
  };
}

function ownSize(image: Element): Size {
  if (image instanceof HTMLImageElement) return { width: image.naturalWidth, height: image.naturalHeight };
  return image instanceof HTMLCanvasElement ? image : { width: 0, height: 0 };
}
