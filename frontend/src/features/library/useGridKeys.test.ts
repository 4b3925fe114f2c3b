import { describe, expect, it } from 'vitest';
import { moved } from './useGridKeys';

describe('arrows in a grid of 10 images in 4 columns', () => {
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 3, 4],
    ['ArrowRight', 9, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9],
    ['ArrowUp', 5, 1],
    ['ArrowUp', 2, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['PageDown', 0, 9],
    ['x', 3, 3],
  ])('%s leads from %i to %i', (key, from, to) => {
    expect(moved(key, from, 10, 4)).toBe(to);
  });
});
