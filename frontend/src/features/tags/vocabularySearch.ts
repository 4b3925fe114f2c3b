/** What of the vocabulary is shown, as the address of the page says it. */
import { type Category, isCategory } from '@/components/categories';
import { words } from '@/lib/address';
import type { Wanted } from './api';

export const shows = ['all', 'with_guideline', 'with_figures', 'deprecated', 'hidden'] as const;
export const orders = ['posts', 'images', 'name', 'new'] as const;

export type VocabularySearch = {
  q?: string;
  category?: Category;
  show?: Exclude<Wanted['show'], 'all'>;
  order?: Exclude<Wanted['order'], 'posts'>;
};

/** What is not understood is left out; what is usual is not written. */
export function vocabularySearch(search: Record<string, unknown>): VocabularySearch {
  const q = words(search.q);
  const category = words(search.category);
  const show = shows.find((name) => name === search.show);
  const order = orders.find((name) => name === search.order);
  return {
    ...(q !== '' && { q }),
    ...(isCategory(category) && { category }),
    ...(show && show !== 'all' && { show }),
    ...(order && order !== 'posts' && { order }),
  };
}

export const wantedOf = ({ q, category, show, order }: VocabularySearch): Wanted => ({
  q: (q ?? '').trim(),
  category: category ?? null,
  show: show ?? 'all',
  order: order ?? 'posts',
});

export const isUnfiltered = ({ q, category, show }: VocabularySearch): boolean =>
  (q ?? '').trim() === '' && category === undefined && show === undefined;
