/** Where a picture lies in what the tagger sees of it: a white square, the picture in its middle (pure). */
export type Size = { width: number; height: number };
/** A point of a picture, as shares of its width and height. */
export type Share = { x: number; y: number };

/** Left, top, width and height of the picture in a square of `side` pixels. */
export function placeIn({ width, height }: Size, side: number): [number, number, number, number] {
  const longer = Math.max(width, height);
  const [wide, high] = [(side * width) / longer, (side * height) / longer];
  return [(side - wide) / 2, (side - high) / 2, wide, high];
}

export function toSquare({ x, y }: Share, picture: Size): Share {
  const [left, top, width, height] = placeIn(picture, 1);
  return { x: left + x * width, y: top + y * height };
}

/** The way back; what lies on the padding is taken to the edge of the picture. */
export function fromSquare({ x, y }: Share, picture: Size): Share {
  const [left, top, width, height] = placeIn(picture, 1);
  const within = (share: number) => Math.min(Math.max(share, 0), 1);
  return { x: within((x - left) / width), y: within((y - top) / height) };
}
