/** The kinds of files of labels: what they are called, what is in them, and how to tell them by their name. */
import type { LabelForm } from '@/client';

/** In the order in which they are offered, with a few lines as they could be in such a file. */
export const examples: Record<LabelForm, string> = {
  sidecars: 'kitchen.txt\n  1girl, apron, looking at viewer',
  csv: 'file,tags,not\nkitchen.jpg,"1girl apron",hat',
  jsonl: '{"file": "kitchen.jpg", "tags": ["1girl", "apron"], "not": ["hat"]}',
  danbooru: '{"id": 6734042, "md5": "d41d8cd9…", "tag_string": "1girl apron"}',
  parquet: 'hash: binary, tags: list<string | int64>',
};

export const forms = Object.keys(examples) as LabelForm[];

const endings: Record<LabelForm, readonly string[]> = {
  sidecars: ['.zip'],
  csv: ['.csv', '.tsv'],
  jsonl: ['.jsonl', '.ndjson'],
  danbooru: ['.json'],
  parquet: ['.parquet'],
};

/** Endings that mean another kind as well: posts come one a line, and the names of numbers beside them in a zip. */
const also: Partial<Record<LabelForm, readonly string[]>> = {
  danbooru: endings.jsonl,
  parquet: endings.sidecars,
};

/** What the dialog for choosing a file offers. */
export const accepted = (form: LabelForm | null): string =>
  form === null
    ? Object.values(endings).flat().join(',')
    : [...endings[form], ...(also[form] ?? [])].join(',');

/** The kind that a file of this name most likely is; null where the name says nothing. */
export function formOf(name: string): LabelForm | null {
  const lower = name.toLowerCase();
  return forms.find((form) => endings[form].some((ending) => lower.endsWith(ending))) ?? null;
}
