// Images of the cards ahead, fetched and decoded before they are asked for.

export type Picture = { url: string; width: number; height: number };

/** Beyond this many pixels a decoded image takes too much memory to hold several of: it is fetched only. */
const LARGEST_DECODED = 40_000_000;

export class Preloader {
  private kept = new Map<string, HTMLImageElement>();

  constructor(private readonly make: () => HTMLImageElement = () => new Image()) {}

  /** These are wanted now, nearest first; all others are let go. */
  keep(pictures: readonly Picture[]): void {
    const next = new Map<string, HTMLImageElement>();
    for (const picture of pictures) {
      next.set(picture.url, this.kept.get(picture.url) ?? this.load(picture));
    }
    for (const [url, image] of this.kept) {
      // Emptying the address stops a download that nobody waits for any more.
      if (!next.has(url) && !image.complete) image.src = '';
    }
    this.kept = next;
  }

  private load({ url, width, height }: Picture): HTMLImageElement {
    const image = this.make();
    image.decoding = 'async';
    image.src = url;
    // What cannot be decoded here says so where it is shown.
    if (width * height <= LARGEST_DECODED) image.decode().catch(() => undefined);
    return image;
  }
}
