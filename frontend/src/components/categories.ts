/** The categories of tags, in the order Danbooru lists them, and their colours; readable on light and dark. */
import type { TagRow } from '@/client';

export type Category = TagRow['category'];

export const categories = [
  'general',
  'character',
  'copyright',
  'artist',
  'meta',
] as const satisfies readonly Category[];

export const colors: Record<Category, string> = {
  general: 'light-dark(#0b62bf, #6cb6ff)',
  artist: 'light-dark(#b4123a, #ff9a9f)',
  copyright: 'light-dark(#8f2bb3, #d5a5ff)',
  character: 'light-dark(#0a762f, #62cf80)',
  meta: 'light-dark(#8f5600, #e9c37a)',
};

export const isCategory = (name: string): name is Category => name in colors;

export const categoryColor = (name: string): string | undefined =>
  isCategory(name) ? colors[name] : undefined;
