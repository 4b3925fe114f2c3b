import { expect, it } from 'vitest';
import { snippets } from './snippets';

it('loads both splits', () => {
  const [huggingFace] = snippets({ train_images: 9, validation_images: 1 });
  expect(huggingFace?.code).toContain(
    'data_files={"train": "train.parquet", "validation": "validation.parquet"}',
  );
});

it('leaves out a split without images, which cannot be loaded', () => {
  const [huggingFace] = snippets({ train_images: 9, validation_images: 0 });
  expect(huggingFace?.code).toContain('data_files={"train": "train.parquet"}');
});

it('looks at the split that has images', () => {
  const [huggingFace, pyarrow] = snippets({ train_images: 0, validation_images: 3 });
  expect(huggingFace?.code).toContain('data["validation"][0]');
  expect(pyarrow?.code).toContain('read_table("validation.parquet")');
});
