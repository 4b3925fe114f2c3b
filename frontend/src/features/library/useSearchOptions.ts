import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CompletedTag, SearchTerm } from '@/client';
import { type Word, wordAt, written } from '@/lib/queryWords';
import { useCompletedTags } from '@/lib/tags';
import { termsQuery } from './api';

export type SearchOption =
  | { kind: 'recent'; query: string }
  | { kind: 'tag'; tag: CompletedTag }
  | { kind: 'term'; term: SearchTerm; insert: string };

/** Where terms are to be seen as well. */
const tagsBesideTerms = 8;
const mostTerms = 4;
const keyOf = (term: SearchTerm): string | undefined => /^([a-z0-9-]+):/.exec(term.term)?.[1];
const takesTag = (term: SearchTerm): boolean => /^[a-z0-9-]+:TAG/.test(term.term);

/** What the word at the caret may become: tags, also as the value of a term, and terms. Nothing typed: recent searches. */
export function useSearchOptions(text: string, caret: number, recent: readonly string[]) {
  const terms = useQuery(termsQuery).data;
  const byKey = useMemo(() => keyed(terms ?? []), [terms]);
  const keys = useMemo(() => new Set(byKey.keys()), [byKey]);
  const word = wordAt(text, caret);
  const { key, typed } = partsOf(word.text, byKey);
  const completed = useCompletedTags(typed);
  const found = word.text === '' ? [] : matching(word.text, byKey);
  const options: SearchOption[] =
    text.trim() === ''
      ? recent.map((query) => ({ kind: 'recent', query }))
      : [
          ...completed.tags
            .slice(0, found.length > 0 ? tagsBesideTerms : undefined)
            .map((tag) => ({ kind: 'tag' as const, tag })),
          ...found,
        ];

  /** What stands for the word then, and whether there is more to type. */
  function inserted(option: Exclude<SearchOption, { kind: 'recent' }>): { text: string; goesOn: boolean } {
    if (option.kind === 'term') return { text: option.insert, goesOn: option.insert.endsWith(':') };
    const name = written(option.tag.name, keys);
    if (key === null) return { text: name, goesOn: false };
    return key === 'ai' ? { text: `ai:${name}>`, goesOn: true } : { text: `${key}:${name}`, goesOn: false };
  }

  const fetchFirst = async (): Promise<SearchOption | undefined> => {
    const [tag] = await completed.fetch();
    return tag && { kind: 'tag', tag };
  };
  return { word, options, settled: typed === '' || completed.settled, inserted, fetchFirst };
}

function keyed(terms: readonly SearchTerm[]): Map<string, SearchTerm> {
  return new Map(terms.flatMap((term) => [[keyOf(term) ?? '', term] as const]).filter(([key]) => key !== ''));
}

/** `typed` is the beginning of a tag's name, empty where no tag can stand. */
function partsOf(word: Word['text'], byKey: Map<string, SearchTerm>): { key: string | null; typed: string } {
  const [, key = '', value = ''] = /^([a-z0-9-]+):(.*)$/is.exec(word.toLowerCase()) ?? [];
  const term = byKey.get(key);
  const named = (term ? value : word).replace(/^"/, '');
  if (!term) return { key: null, typed: named };
  const compared = key === 'ai' && /.[<>=]/.test(value);
  return { key, typed: takesTag(term) && !compared ? named : '' };
}

/** Terms whose key begins so; behind the colon, the example of a term that takes no tag. */
function matching(word: string, byKey: Map<string, SearchTerm>): SearchOption[] {
  const wanted = word.toLowerCase();
  const found: SearchOption[] = [];
  for (const [key, term] of byKey) {
    const { example } = term;
    if (`${key}:`.startsWith(wanted) && `${key}:` !== wanted)
      found.push({ kind: 'term', term, insert: `${key}:` });
    else if (
      wanted.startsWith(`${key}:`) &&
      !takesTag(term) &&
      example.startsWith(wanted) &&
      example !== wanted
    )
      found.push({ kind: 'term', term, insert: example });
  }
  return found.slice(0, mostTerms);
}
