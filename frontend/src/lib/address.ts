/** The search part of addresses. A tag may look like a number or a word of JSON; it stays what it is. */

/** Reads a value back exactly as it was written, or throws: then it is text. */
export function parseValue(written: string): unknown {
  const value: unknown = JSON.parse(written);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && String(value) === written) return value;
  throw new SyntaxError('not a value of an address');
}

/** What was typed and stands in an address; nothing for what is not there. */
export const words = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '';
