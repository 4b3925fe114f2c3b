/** Tags as the server answers them, for the tests of these pages. */
import type { ChangeRow, GuidelineRow, TagPage, TagRow } from '@/client';

export const tagRow = (more: Partial<TagRow> = {}): TagRow => ({
  id: 7,
  name: 'apron',
  category: 'general',
  posts: 12_345,
  images: 30,
  deprecated: false,
  hidden: false,
  subjective: false,
  automatic: false,
  guideline_version: 0,
  means: null,
  f1: null,
  ...more,
});

export const tagPage = (more: Partial<TagPage> = {}): TagPage => ({
  ...tagRow(),
  aliases: [],
  implies: [],
  implied_by: [],
  implied_by_count: 0,
  all_implied: [],
  guideline: null,
  counts: { positive: 30, negative: 12, conflicting: 0, exact: true },
  published: null,
  known: true,
  line: 0.42,
  examples: [],
  ...more,
});

export const guideline = (more: Partial<GuidelineRow> = {}): GuidelineRow => ({
  version: 1,
  markup: 'markdown',
  body: 'Worn over clothes.',
  photo_note: '',
  drawn_note: '',
  other_names: [],
  summary: '',
  asks_again: false,
  by: 'kim',
  at: '2026-01-01T00:00:00Z',
  ...more,
});

export const changeRow = (more: Partial<ChangeRow> = {}): ChangeRow => ({
  id: 3,
  kind: 'alias',
  tag: 'apron',
  sentence: '“pinny” is another name of “apron”.',
  details: {},
  by: 'kim',
  at: '2026-01-01T00:00:00Z',
  undoes: null,
  undone_by: null,
  undoable: true,
  images_left: 0,
  ...more,
});
