/** Names in the colours of their categories can be read on every surface they stand on, light and dark. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { theme } from '@/app/theme';

const css = readFileSync(join(import.meta.dirname, 'TagName.module.css'), 'utf8');
const colors = [...css.matchAll(/data-category="(\w+)"\]\s*{\s*color: light-dark\((#\w+), (#\w+)\)/g)];
const {
  gray = [],
  dark = [],
  accent = [],
}: Record<string, readonly string[] | undefined> = { ...theme.colors };
const lightSurfaces = ['#ffffff', gray[0], gray[1], accent[0]];
const darkSurfaces = [dark[4], dark[5], dark[6], dark[7], dark[8]];

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

it('there is a colour for every category', () => {
  expect(colors.map(([, category]) => category)).toEqual([
    'general',
    'artist',
    'copyright',
    'character',
    'meta',
  ]);
});

it.each(colors.map(([, ...parts]) => parts))('%s: %s, %s', (_category, light = '', night = '') => {
  for (const surface of lightSurfaces) expect(contrast(light, surface ?? '')).toBeGreaterThan(4.5);
  for (const surface of darkSurfaces) expect(contrast(night, surface ?? '')).toBeGreaterThan(4.5);
});
