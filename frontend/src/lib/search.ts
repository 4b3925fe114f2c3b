/** Queries of the library, as `/library?q=` takes them. */

/** Names that stand for themselves in a query; the words of the grammar do not. */
const plain = /^[a-z0-9][a-z0-9_]*$/;
const reserved = new Set(['and', 'or', 'not']);

/** A tag's name as a query is to take it: in double quotes where it holds signs that mean something there. */
export function quote(name: string): string {
  if (plain.test(name) && !reserved.has(name)) return name;
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

export const withTag = (name: string): string => quote(name);
export const withoutTag = (name: string): string => `no:${quote(name)}`;
export const inConflict = (name: string): string => `conflict:${quote(name)}`;
