/** The kinds of files of labels: what they are called, what is in them, and how to tell them by their name. */
import type { LabelForm } from '@/client';

/** In the order in which they are offered, with a few lines as they could be in such a file. */
export const examples: Record<LabelForm, string> = {
  sidecars: 'kitchen.txt\n  1girl, apron, looking at viewer',
  csv: 'name,tags\nkitchen.jpg,"1girl apron"',
  jsonl: '{"name": "kitchen.jpg", "tags": ["1girl", "apron"], "not": ["hat"]}',
  danbooru: '{"md5": "d41d8cd9…", "tag_string": "1girl apron"}',
  parquet: 'hash: binary, tags: list<int64>',
};

export const forms = Object.keys(examples) as LabelForm[];

const endings: Record<LabelForm, readonly string[]> = {
  sidecars: ['.zip'],
  csv: ['.csv', '.tsv'],
  jsonl: ['.jsonl', '.ndjson'],
  danbooru: ['.json'],
  parquet: ['.parquet'],
};

/** What the dialog for choosing a file offers; posts come one a line as well. */
export const accepted = (form: LabelForm | null): string =>
  form === null
    ? Object.values(endings).flat().join(',')
    : [...endings[form], ...(form === 'danbooru' ? endings.jsonl : [])].join(',');

/** The kind that a file of this name most likely is; null where the name says nothing. */
export function formOf(name: string): LabelForm | null {
  const lower = name.toLowerCase();
  return forms.find((form) => endings[form].some((ending) => lower.endsWith(ending))) ?? null;
}
