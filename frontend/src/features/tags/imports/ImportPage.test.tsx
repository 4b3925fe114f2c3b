import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type VocabularyImportRow,
  vocabularyImportsAdd,
  vocabularyImportsApply,
  vocabularyImportsDiscard,
  vocabularyImportsList,
} from '@/client';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { guessForm } from './forms';
import { ImportPage } from './ImportPage';

vi.mock('@/client', { spy: true });
// A whole page at a time, on machines that have other things to do.
vi.setConfig({ testTimeout: 20_000 });

const row = (more: Partial<VocabularyImportRow> = {}): VocabularyImportRow => ({
  id: 1,
  form: 'tags',
  state: 'ready',
  name: 'danbooru-tags.csv',
  bytes: 4_000_000,
  rows: 140_782,
  effects: [{ what: 'tags made', count: 140_000, examples: ['1girl', 'solo'] }],
  problems: [{ line: 12, text: 'a,b', message: 'There is no count.' }],
  problem_count: 40,
  message: '',
  by: 'kim',
  created_at: '2026-01-01T00:00:00Z',
  applied_at: null,
  ...more,
});
let rows: VocabularyImportRow[];

beforeEach(() => {
  vi.clearAllMocks();
  rows = [];
  vi.mocked(vocabularyImportsList).mockImplementation(async () => ({ items: rows, next: null }));
});

const open = () => openPage(ImportPage, ['image.view', 'tag.change']);
const card = (name: string) => screen.findByRole('article', { name });
const choose = async (file: File) => {
  await screen.findByText('Drop a file here, or choose one.');
  const field = document.querySelector<HTMLInputElement>('input[type="file"]');
  if (!field) throw new Error('there is no field for files');
  return userEvent.upload(field, file);
};

describe('a vocabulary file', () => {
  it('is sent as what its name says it is, and read by a worker', async () => {
    vi.mocked(vocabularyImportsAdd).mockImplementation(async () => {
      rows = [
        row({ state: 'reading', name: 'tag_aliases.json', effects: [], problems: [], problem_count: 0 }),
      ];
      return rows[0] as VocabularyImportRow;
    });
    open();
    const file = new File(['{}'], 'tag_aliases.json');
    await choose(file);
    expect(screen.getByRole('radio', { name: /^Aliases/ })).toBeChecked();
    await userEvent.click(screen.getByRole('button', { name: 'Read it' }));
    expect(await within(await card('tag_aliases.json')).findByRole('progressbar')).toBeVisible();
    expect(vi.mocked(vocabularyImportsAdd).mock.calls[0]?.[0]).toMatchObject({
      query: { form: 'aliases', name: 'tag_aliases.json' },
      body: file,
    });
  });

  it('is shown with what it would change and the lines that are wrong, and applied', async () => {
    rows = [row()];
    vi.mocked(vocabularyImportsApply).mockImplementation(async () => {
      rows = [row({ state: 'applied' })];
      return rows[0] as VocabularyImportRow;
    });
    open();
    const shown = await card('danbooru-tags.csv');
    expect(shown).toHaveTextContent('tags made: 140,000');
    expect(shown).toHaveTextContent('1girl · solo …');
    expect(shown).toHaveTextContent('40 lines cannot be taken in; all others are');
    expect(shown).toHaveTextContent('12There is no count.a,b');
    expect(shown).toHaveTextContent('and 39 more');
    await userEvent.click(within(shown).getByRole('button', { name: 'Apply' }));
    const earlier = await screen.findByRole('region', { name: 'Earlier files' });
    expect(within(earlier).getByText('Applied')).toBeVisible();
    await userEvent.click(within(earlier).getByRole('button', { name: 'Details' }));
    expect(earlier).toHaveTextContent('tags made: 140,000');
  });

  it('that changes nothing can only be discarded', async () => {
    rows = [row({ effects: [], problems: [], problem_count: 0 })];
    vi.mocked(vocabularyImportsDiscard).mockImplementation(async () => {
      rows = [];
      return undefined;
    });
    open();
    const shown = await card('danbooru-tags.csv');
    expect(shown).toHaveTextContent('Everything in it is known');
    expect(within(shown).getByRole('button', { name: 'Apply' })).toBeDisabled();
    await userEvent.click(within(shown).getByRole('button', { name: 'Discard' }));
    expect(await screen.findByText('“danbooru-tags.csv” is forgotten. Nothing was changed.')).toBeVisible();
    expect(screen.queryByRole('article')).toBeNull();
  });

  it('that was refused says why', async () => {
    vi.mocked(vocabularyImportsAdd).mockRejectedValue(new ApiError('empty_file', 'The file is empty.', 422));
    open();
    await choose(new File(['x'], 'tags.csv'));
    await userEvent.click(screen.getByRole('button', { name: 'Read it' }));
    expect(await screen.findByText('The file is empty.')).toBeVisible();
  });

  it('is for curators', async () => {
    openPage(ImportPage, ['image.view']);
    expect(await screen.findByText('Vocabulary files are for curators')).toBeVisible();
    expect(vocabularyImportsList).not.toHaveBeenCalled();
  });

  it.each([
    ['danbooru-tags.csv', 'tags'],
    ['tag_aliases000000000000.json', 'aliases'],
    ['tag_implications000000000000.json', 'implications'],
    ['wiki_pages000000000000.json', 'wiki'],
    ['tag_blacklist.txt', 'hidden'],
    ['tag_deprecations.txt', 'deprecated'],
    ['top_tags.txt', 'vocabulary'],
    ['full-metrics.txt', 'figures'],
    ['notes.txt', undefined],
  ])('called %s is most likely of the form %s', (name, form) => {
    expect(guessForm(name)).toBe(form);
  });
});
