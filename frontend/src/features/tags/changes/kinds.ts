/** The changes a person makes to a tag, and what each of their forms holds until it is one. */
import type { TagPage } from '@/client';
import type { Category } from '@/components/categories';
import type { Change } from '../api';

export type Kind = Change['kind'];

/** What was filled in; only what the kind asks for is looked at. */
export type Draft = {
  /** A name that is typed: the new name, a new alias. */
  typed: string;
  /** Tags that are chosen: one, or several of a split. */
  chosen: string[];
  category: Category;
  hidden: boolean;
  subjective: boolean;
};

export const emptyDraft = (tag: TagPage): Draft => ({
  typed: '',
  chosen: [],
  category: tag.category,
  hidden: tag.hidden,
  subjective: tag.subjective,
});

/** The change that was filled in, or null while something is missing. */
export function changeOf(kind: Kind, page: TagPage, draft: Draft): Change | null {
  const tag = page.name;
  const typed = draft.typed.trim();
  const [first] = draft.chosen;
  switch (kind) {
    case 'rename':
      return typed === '' ? null : { kind, tag, to: typed };
    case 'alias':
      return typed === '' ? null : { kind, tag, alias: typed };
    case 'unalias':
      return first === undefined ? null : { kind, tag, alias: first };
    case 'imply':
    case 'unimply':
      return first === undefined ? null : { kind, tag, implied: first };
    case 'merge':
      return first === undefined ? null : { kind, tag, into: first };
    case 'split':
      return draft.chosen.length < 2 ? null : { kind, tag, into: draft.chosen };
    case 'deprecate':
    case 'revive':
      return { kind, tag };
    case 'categorise':
      return draft.category === page.category ? null : { kind, tag, category: draft.category };
    case 'flags': {
      const { hidden, subjective } = draft;
      if (hidden === page.hidden && subjective === page.subjective) return null;
      return {
        kind,
        tag,
        ...(hidden !== page.hidden && { hidden }),
        ...(subjective !== page.subjective && { subjective }),
      };
    }
  }
}
