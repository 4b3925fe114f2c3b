import type { DatasetRow } from '@/client';

/** Code that reads a dataset's files, downloaded into the folder it runs in. An empty split is left out. */
export function snippets(dataset: Pick<DatasetRow, 'train_images' | 'validation_images'>): {
  title: string;
  code: string;
}[] {
  const splits: [string, number][] = [
    ['train', dataset.train_images],
    ['validation', dataset.validation_images],
  ];
  const filled = splits.filter(([, images]) => images > 0).map(([name]) => name);
  const files = filled.map((name) => `"${name}": "${name}.parquet"`).join(', ');
  const first = filled[0] ?? 'train';
  return [
    {
      title: 'Hugging Face datasets',
      code: `from datasets import load_dataset

data = load_dataset("parquet", data_files={${files}})
names = data["${first}"].features["tags"].feature.names
print([names[tag] for tag in data["${first}"][0]["tags"]])`,
    },
    {
      title: 'pyarrow',
      code: `import pyarrow.parquet as pq

names = open("top_tags.txt", encoding="utf-8").read().split("\\n")
table = pq.read_table("${first}.parquet")
print([names[tag] for tag in table["tags"][0].as_py()])`,
    },
  ];
}
