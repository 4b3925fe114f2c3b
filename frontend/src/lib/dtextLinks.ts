/** What leads elsewhere from a line of DText: tags, searches, posts, and addresses of the web. */
import type { Inline } from '@/lib/dtext';

/** Where something other than text may begin. */
export const special = /[\n[<{"]|https?:\/\/|\bpost #\d/gi;

type Read = (groups: RegExpExecArray) => Inline | null;

export const written: { pattern: RegExp; read: Read }[] = [
  { pattern: /\[\[([^[\]\n|]+)(?:\|([^[\]\n]*))?\]\]/y, read: ([, name = '', title]) => wiki(name, title) },
  { pattern: /\{\{([^{}\n]+)\}\}/y, read: ([, query = '']) => ({ kind: 'search', query: query.trim() }) },
  { pattern: /"([^"\n]+)":\[([^\]\s]+)\]/y, read: ([, text = '', href = '']) => link(href, text) },
  {
    pattern: /"([^"\n]+)":(https?:\/\/[^\s<>"[\]]+)/iy,
    read: ([, text = '', href = '']) => link(href, text),
  },
  {
    pattern: /\[([^[\]\n]+)\]\((https?:\/\/[^\s()]+)\)/iy,
    read: ([, text = '', href = '']) => link(href, text),
  },
  { pattern: /https?:\/\/[^\s<>"[\]{}|]*[^\s<>"[\]{}|.,;:!?()]/iy, read: ([href = '']) => link(href, href) },
  { pattern: /post #(\d{1,18})/iy, read: ([, id = '']) => ({ kind: 'post', id }) },
];

/** `[[tag]]`, `[[tag|title]]`, `[[tag (qualifier)|]]` and `[[tag#section]]`. */
function wiki(written: string, title: string | undefined): Inline | null {
  const shown = written.trim();
  const name = shown.replace(/(?<=.)#[A-Za-z][\w-]*$/, '').trim();
  if (name === '') return null;
  const bare = name.replace(/[ _]\([^()]*\)$/, '');
  const said = title === undefined ? name : title.trim() || bare;
  return { kind: 'tag', name: name.toLowerCase().replace(/ +/g, '_'), title: said };
}

function link(href: string, text: string): Inline | null {
  const safe = safeHref(href);
  return safe === null ? null : { kind: 'link', href: safe, children: [{ kind: 'text', text }] };
}

/** An address of the web, or null: everything else is not followed. */
export function safeHref(href: string): string | null {
  if (!/^https?:\/\//i.test(href)) return null;
  try {
    return new URL(href).href;
  } catch {
    return null;
  }
}
