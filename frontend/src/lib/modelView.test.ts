import { expect, it } from 'vitest';
import { fromSquare, placeIn, toSquare } from '@/lib/modelView';

it('puts the picture in the middle of the square', () => {
  expect(placeIn({ width: 800, height: 400 }, 448)).toEqual([0, 112, 448, 224]);
  expect(placeIn({ width: 100, height: 400 }, 448)).toEqual([168, 0, 112, 448]);
  expect(placeIn({ width: 10, height: 10 }, 448)).toEqual([0, 0, 448, 448]);
});

it('finds a point of the picture in the square, and back', () => {
  const wide = { width: 800, height: 400 };
  expect(toSquare({ x: 0.1, y: 0 }, wide)).toEqual({ x: 0.1, y: 0.25 });
  expect(fromSquare({ x: 0.1, y: 0.25 }, wide)).toEqual({ x: 0.1, y: 0 });
  expect(fromSquare({ x: 0.5, y: 0.1 }, wide)).toEqual({ x: 0.5, y: 0 });
});
