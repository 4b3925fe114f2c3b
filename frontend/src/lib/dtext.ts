/**
 * DText, the markup of Danbooru's wiki, read into a tree. Nothing is refused: what is not understood, or never closed,
 * stays as the text it is. One pass finds which tag closes which, so that hostile text costs no more than its length.
 */
import { special, written } from '@/lib/dtextLinks';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'mark'; mark: Mark; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'tag'; name: string; title: string }
  | { kind: 'search'; query: string }
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'post'; id: string };

export type Mark = 'b' | 'i' | 'u' | 's' | 'tn' | 'spoiler';

export type Item = { children: Inline[]; items: Item[] };
export type Cell = { head: boolean; children: Inline[] };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'list'; items: Item[] }
  | { kind: 'quote' | 'spoiler'; children: Block[] }
  | { kind: 'expand'; title: string; children: Block[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; rows: Cell[][] }
  | { kind: 'rule' };

type Span = { start: number; end: number };
/** A bracket tag: where it stands, and where the tag that closes it does. */
type Tag = Span & { name: string; value: string; close: Span | null };

/** Deeper than anybody writes; below it tags are text. */
const deepest = 12;
const bracketTag =
  /[[<](\/?)(spoilers?|nodtext|expand|quote|thead|tbody|table|code|tn|tr|th|td|br|hr|b|i|u|s)(?:=([^[\]<>\n]*))?[\]>]/gi;
const alone = new Set(['br', 'hr']);
const blockNames = new Set(['quote', 'expand', 'table', 'hr', 'spoiler', 'code']);
const marks = new Set<string>(['b', 'i', 'u', 's', 'tn', 'spoiler'] satisfies Mark[]);
const heading = /h([1-6])(?:#[\w-]+)?\.[ \t]*/iy;
const star = /(\*{1,20})[ \t]+/y;

export function parseDText(source: string): Block[] {
  const text = source.replace(/\r\n?/g, '\n');
  return new Parser(text, tagsOf(text)).blocks(0, text.length, 0);
}

function tagsOf(text: string): Tag[] {
  const tags: Tag[] = [];
  const open = new Map<string, Tag[]>();
  for (const match of text.matchAll(bracketTag)) {
    const name = (match[2] ?? '').toLowerCase().replace('spoilers', 'spoiler');
    const span = { start: match.index, end: match.index + match[0].length };
    if (match[1] === '') {
      const tag = { ...span, name, value: (match[3] ?? '').trim(), close: null };
      tags.push(tag);
      const waiting = open.get(name);
      if (alone.has(name)) continue;
      if (waiting) waiting.push(tag);
      else open.set(name, [tag]);
    } else {
      const opened = open.get(name)?.pop();
      if (opened) opened.close = span;
    }
  }
  return tags;
}

class Parser {
  private readonly at: Map<number, Tag>;

  constructor(
    private readonly text: string,
    private readonly tags: Tag[],
  ) {
    this.at = new Map(tags.map((tag) => [tag.start, tag]));
  }

  blocks(start: number, end: number, depth: number): Block[] {
    const found: Block[] = [];
    let from = start;
    let place = start;
    const flush = (until: number) => {
      for (const part of this.paragraphs(from, until, depth)) found.push(part);
    };
    while (place < end) {
      const begins = place === start || this.text[place - 1] === '\n';
      const block = this.blockAt(place, begins, end, depth);
      if (block) {
        flush(place);
        found.push(block.block);
        place = block.end;
        if (this.text[place] === '\n') place += 1;
        from = place;
      } else place = this.nextPlace(place, end);
    }
    flush(end);
    return found;
  }

  /** The next line, or the next tag that may begin a block. */
  private nextPlace(place: number, end: number): number {
    const line = Math.min(this.lineEnd(place, end) + 1, end);
    for (let index = this.firstTagAfter(place); index < this.tags.length; index += 1) {
      const tag = this.tags[index];
      if (!tag || tag.start >= line) break;
      if (blockNames.has(tag.name)) return tag.start;
    }
    return line;
  }

  private lineEnd(place: number, end: number): number {
    const newline = this.text.indexOf('\n', place);
    return newline === -1 ? end : Math.min(newline, end);
  }

  private firstTagAfter(place: number): number {
    let [low, high] = [0, this.tags.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tags[middle]?.start ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private blockAt(place: number, begins: boolean, end: number, depth: number) {
    const tag = this.at.get(place);
    if (tag && tag.end <= end && blockNames.has(tag.name)) return this.tagBlock(tag, begins, end, depth);
    if (!begins) return null;
    const head = matchAt(heading, this.text, place, end);
    if (head) {
      const last = this.lineEnd(head.end, end);
      const children = this.inlines(head.end, last, depth + 1);
      return { block: { kind: 'heading' as const, level: Number(head.groups[1]), children }, end: last };
    }
    return this.list(place, end, depth);
  }

  private tagBlock(tag: Tag, begins: boolean, end: number, depth: number) {
    const { name, close } = tag;
    if (name === 'hr') return { block: { kind: 'rule' } as const, end: tag.end };
    if (!close || close.end > end || depth >= deepest) return null;
    if (name === 'spoiler' || name === 'code') {
      // Amid a line it is part of the line.
      const after = this.text.slice(close.end, close.end + 1);
      if (!begins || (close.end < end && after !== '\n')) return null;
    }
    return { block: this.inside(tag, close, depth), end: close.end };
  }

  private inside(tag: Tag, close: Span, depth: number): Block {
    const { name, value, end: start } = tag;
    if (name === 'code') return { kind: 'code', text: trimmed(this.text.slice(start, close.start)) };
    if (name === 'table') return { kind: 'table', rows: this.rows(start, close.start, depth + 1) };
    const children = this.blocks(start, close.start, depth + 1);
    if (name === 'expand') return { kind: 'expand', title: value, children };
    return { kind: name === 'spoiler' ? 'spoiler' : 'quote', children };
  }

  private rows(start: number, end: number, depth: number): Cell[][] {
    const rows: Cell[][] = [];
    let rowEnd = -1;
    let done = start;
    for (let index = this.firstTagAfter(start - 1); index < this.tags.length; index += 1) {
      const tag = this.tags[index];
      if (!tag || tag.start >= end) break;
      if (tag.start < done || !tag.close || tag.close.end > end) continue;
      if (tag.name === 'tr') {
        rows.push([]);
        rowEnd = tag.close.start;
      } else if ((tag.name === 'td' || tag.name === 'th') && tag.start < rowEnd) {
        const children = this.inlines(tag.end, tag.close.start, depth + 1);
        rows.at(-1)?.push({ head: tag.name === 'th', children });
        done = tag.close.end;
      }
    }
    return rows.filter((row) => row.length > 0);
  }

  private list(start: number, end: number, depth: number): { block: Block; end: number } | null {
    const items: Item[] = [];
    const open: Item[][] = [items];
    let place = start;
    for (;;) {
      const begin = matchAt(star, this.text, place, end);
      if (!begin) break;
      const level = Math.min(begin.groups[1]?.length ?? 1, deepest, open.length);
      const last = this.lineEnd(begin.end, end);
      const item: Item = { children: this.inlines(begin.end, last, depth + 1), items: [] };
      open.length = level;
      open.at(-1)?.push(item);
      open.push(item.items);
      place = last;
      if (place < end && this.text[place] === '\n') place += 1;
      else break;
    }
    return items.length === 0 ? null : { block: { kind: 'list', items }, end: place };
  }

  private paragraphs(start: number, end: number, depth: number): Block[] {
    const found: Block[] = [];
    let place = start;
    const add = (until: number) => {
      const [first, last] = this.withoutSpace(place, until);
      if (first >= last) return;
      found.push({ kind: 'paragraph', children: this.inlines(first, last, depth + 1) });
    };
    for (const gap of this.text.slice(start, end).matchAll(/\n[ \t]*\n\s*/g)) {
      add(start + gap.index);
      place = start + gap.index + gap[0].length;
    }
    add(end);
    return found;
  }

  private withoutSpace(start: number, end: number): [number, number] {
    let [first, last] = [start, end];
    while (first < last && isSpace(this.text[first])) first += 1;
    while (last > first && isSpace(this.text[last - 1])) last -= 1;
    return [first, last];
  }

  private inlines(start: number, end: number, depth: number): Inline[] {
    const found: Inline[] = [];
    let from = start;
    let place = start;
    while (place < end) {
      special.lastIndex = place;
      const next = special.exec(this.text);
      if (!next || next.index >= end) break;
      place = next.index;
      const part = this.inlineAt(place, end, depth);
      if (part) {
        if (place > from) found.push({ kind: 'text', text: this.text.slice(from, place) });
        found.push(...part.inlines);
        place = part.end;
        from = place;
      } else place += 1;
    }
    if (end > from) found.push({ kind: 'text', text: this.text.slice(from, end) });
    return found;
  }

  private inlineAt(place: number, end: number, depth: number): { inlines: Inline[]; end: number } | null {
    if (this.text[place] === '\n') return { inlines: [{ kind: 'break' }], end: place + 1 };
    const tag = this.at.get(place);
    if (tag && tag.end <= end) return this.tagInline(tag, end, depth);
    for (const { pattern, read } of written) {
      const match = matchAt(pattern, this.text, place, end);
      const inline = match && read(match.groups);
      if (inline) return { inlines: [inline], end: match.end };
    }
    return null;
  }

  private tagInline(tag: Tag, end: number, depth: number): { inlines: Inline[]; end: number } | null {
    const { name, close } = tag;
    if (name === 'br') return { inlines: [{ kind: 'break' }], end: tag.end };
    if (!close || close.end > end || depth >= deepest) return null;
    const inner = () => this.text.slice(tag.end, close.start);
    if (name === 'nodtext') return { inlines: [{ kind: 'text', text: inner() }], end: close.end };
    if (name === 'code') return { inlines: [{ kind: 'code', text: inner() }], end: close.end };
    if (!isMark(name)) return null;
    const children = this.inlines(tag.end, close.start, depth + 1);
    return { inlines: [{ kind: 'mark', mark: name, children }], end: close.end };
  }
}

/** A match that begins at `place` and does not reach beyond `end`. */
function matchAt(pattern: RegExp, text: string, place: number, end: number) {
  pattern.lastIndex = place;
  const groups = pattern.exec(text);
  if (!groups || place + groups[0].length > end) return null;
  return { groups, end: place + groups[0].length };
}

const isMark = (name: string): name is Mark => marks.has(name);
const isSpace = (letter: string | undefined) => letter === ' ' || letter === '\n' || letter === '\t';
const trimmed = (text: string) => text.replace(/^[ \t]*\n/, '').replace(/\n[ \t]*$/, '');
