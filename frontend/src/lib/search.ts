/** Searches of the library about one tag, as `/library?q=` takes them. */
import { written } from '@/lib/queryWords';

export const withTag = (name: string): string => written(name);
export const withoutTag = (name: string): string => `no:${written(name)}`;
export const inConflict = (name: string): string => `conflict:${written(name)}`;

/** Images of which people said themselves that they have the tag, or that they do not. */
export const saidYes = (name: string): string =>
  `${written(name)} (answered:${written(name)} or accepted:${written(name)})`;
export const saidNo = (name: string): string => `no:${written(name)} answered:${written(name)}`;
