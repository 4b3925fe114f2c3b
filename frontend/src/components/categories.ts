/** The categories of tags, those that most tags have first. */
import type { TagRow } from '@/client';

export type Category = TagRow['category'];

export const categories = [
  'general',
  'character',
  'copyright',
  'artist',
  'meta',
] as const satisfies readonly Category[];

export const isCategory = (name: string): name is Category => categories.some((known) => known === name);
