/**
 * The text of a search, word by word (pure). The server alone understands a query; this knows where its words begin and
 * end, as far as completing, marking and changing one of them needs it.
 */

/** Signs before the word (`-`, `(`) are not part of it; `text` is what stands before the caret. */
export type Word = { start: number; end: number; text: string };

type Span = { start: number; end: number };

/** Where the words stand. A parenthesis that is closed within a word belongs to it, as in `hat_(object)`. */
function spans(query: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  while (at < query.length) {
    if (/[\s()]/.test(query.charAt(at)) || query.startsWith('-(', at)) {
      at += 1;
      continue;
    }
    const end = wordEnd(query, at);
    found.push({ start: at, end });
    at = end;
  }
  return found;
}

const smiley = /^-*(?:[a-z0-9-]+:)?>?[:;][()](?=[\s)]|$)/;

function wordEnd(query: string, start: number): number {
  const face = smiley.exec(query.slice(start));
  if (face) return start + face[0].length;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < query.length; at += 1) {
    const sign = query.charAt(at);
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"' && (at === start || /[-:]/.test(query.charAt(at - 1)))) quoted = true;
    else if (/\s/.test(sign)) return at;
    else if (sign === '(') depth += 1;
    else if (sign === ')') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return query.length;
}

/** The word the caret is in or behind; an empty one where there is none. */
export function wordAt(query: string, caret: number): Word {
  for (const { start, end } of spans(query)) {
    const from = start + (/^-+/.exec(query.slice(start, end))?.[0].length ?? 0);
    if (caret >= from && caret <= end) return { start: from, end, text: query.slice(from, caret) };
  }
  return { start: caret, end: caret, text: '' };
}

/** `query` with `word` replaced, and where the caret is then: behind a space, unless the word goes on. */
export function withWord(query: string, word: Word, by: string, goesOn = false): [string, number] {
  const rest = query.slice(word.end);
  const space = goesOn || /^[\s)]/.test(rest) ? '' : ' ';
  const before = query.slice(0, word.start) + by + space;
  return [before + rest, before.length + (goesOn || space !== '' || rest.startsWith(')') ? 0 : 1)];
}

/** A tag's name as a query has to have it: in quotes where it would mean something else. `keys` are those of the terms. */
export function written(name: string, keys?: ReadonlySet<string>): string {
  const key = /^([a-z0-9-]+):./.exec(name)?.[1];
  const plain = name.replace(/\([^()]*\)/g, '').replace(/\([^()]*\)/g, '');
  const means =
    /^(?:or|and|not|\|)$/.test(name) ||
    /^[-"]|[*\s]/.test(name) ||
    (name.startsWith('(') && !/^\((?:[^()]|\([^()]*\))*\)_/.test(name)) ||
    (/[()]/.test(plain) && !/^>?[:;][()]$/.test(name)) ||
    (key !== undefined && (keys === undefined || keys.has(key)));
  return means ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
}

/** How the images are ordered, where the query says it. */
export function orderOf(query: string): string | null {
  const found = orderSpans(query)[0];
  return found ? query.slice(found.start + 'order:'.length, found.end).toLowerCase() : null;
}

export function withOrder(query: string, order: string | null): string {
  const rest = without(query, orderSpans(query));
  return [rest, order === null ? '' : `order:${order}`].filter((part) => part !== '').join(' ');
}

function orderSpans(query: string): Span[] {
  return spans(query).filter(({ start, end }) => /^order:/i.test(query.slice(start, end)));
}

function without(query: string, left: Span[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end } of left) {
    kept += query.slice(at, start);
    at = end;
  }
  return (kept + query.slice(at)).replace(/\s+/g, ' ').trim();
}

export type Wider = { word: string; query: string };

/** The query without each of its words, where it is nothing but words that all must hold. */
export function wider(query: string): Wider[] {
  const words = spans(query);
  const others = /[()|]|(?:^|\s)(?:or|and|not)(?:\s|$)/i.test(
    words.reduceRight((text, { start, end }) => {
      const word = query.slice(start, end);
      return /^(?:or|and|not|\|)$/i.test(word) ? text : text.slice(0, start) + text.slice(end);
    }, query),
  );
  if (others) return [];
  const asking = words.filter(({ start, end }) => !/^order:/i.test(query.slice(start, end)));
  if (asking.length < 2) return [];
  return asking.map((span) => ({
    word: query.slice(span.start, span.end),
    query: without(query, [span]),
  }));
}

/** The query around the part the server could not understand; it counts characters, not their halves. */
export function partsAround(query: string, at: number, length: number): [string, string, string] {
  const signs = Array.from(query);
  const join = (from: number, to?: number) => signs.slice(from, to).join('');
  return [join(0, at), join(at, at + length), join(at + length)];
}
