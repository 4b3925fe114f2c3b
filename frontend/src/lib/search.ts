/** Queries of the library, as `/library?q=` takes them. */
import { written } from './queryWords';

export const withTag = (name: string): string => written(name);
export const withoutTag = (name: string): string => `no:${written(name)}`;
export const inConflict = (name: string): string => `conflict:${written(name)}`;
