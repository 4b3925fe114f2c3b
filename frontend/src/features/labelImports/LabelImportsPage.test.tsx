import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import {
  type LabelImportRow,
  labelImportsAdd,
  labelImportsApply,
  labelImportsDiscard,
  labelImportsList,
  labelImportsRestore,
  labelImportsRetract,
} from '@/client';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { accepted, formOf } from './forms';
import { LabelImportsPage } from './LabelImportsPage';

vi.mock('@/client', { spy: true });
// Many keys and clicks, one after another.
vi.setConfig({ testTimeout: 30_000 });

const row: LabelImportRow = {
  id: 4,
  form: 'csv',
  absence: 'no',
  state: 'ready',
  name: 'labels.csv',
  bytes: 2048,
  rows: 3,
  rows_done: 0,
  effects: [{ what: 'labels become yes', count: 1204, examples: ['apron on kitchen.jpg'] }],
  problems: [{ line: 3, text: 'nowhere.jpg,apron', message: 'There is no image of this name.' }],
  problem_count: 1,
  message: '',
  by: 'ada',
  created_at: '2026-01-01T00:00:00Z',
  applied_at: null,
};
const there = (...rows: Partial<LabelImportRow>[]) =>
  vi.mocked(labelImportsList).mockResolvedValue({
    items: rows.map((each, place) => ({ ...row, id: place + 1, ...each })),
    next: null,
  });

beforeEach(() => {
  vi.clearAllMocks();
  there();
  vi.mocked(labelImportsAdd).mockResolvedValue({ ...row, state: 'reading' });
});

const open = () => openPage(LabelImportsPage, ['label.curate']);
const file = (name: string) => new File(['name,tags\n'], name);
const fileInput = () => document.querySelector<HTMLInputElement>('input[type="file"]');

async function choose(name: string) {
  await screen.findByText('A new file');
  const input = fileInput();
  if (!input) throw new Error('there is no field for the file');
  await userEvent.upload(input, file(name));
}

it('tells the kind by the name, and insists on what absence means', async () => {
  open();
  await choose('labels.csv');
  expect(screen.getByRole('radio', { name: /^CSV/ })).toBeChecked();
  expect(screen.getByRole('radio', { name: /^It says nothing/ })).not.toBeChecked();
  expect(screen.getByRole('radio', { name: /^It means no/ })).not.toBeChecked();
  await userEvent.click(screen.getByRole('button', { name: 'Read the file' }));
  expect(screen.getByText(/Say what a tag that is not listed means/)).toBeVisible();
  expect(labelImportsAdd).not.toHaveBeenCalled();
});

it('sends the file with both choices, and takes the next one', async () => {
  open();
  await choose('posts.json');
  await userEvent.click(screen.getByRole('radio', { name: /^It means no/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Read the file' }));
  await vi.waitFor(() => expect(labelImportsAdd).toHaveBeenCalledTimes(1));
  expect(vi.mocked(labelImportsAdd).mock.calls[0]?.[0].query).toEqual({
    form: 'danbooru',
    absence: 'no',
    name: 'posts.json',
  });
  expect(await screen.findByText('Drop the file here, or choose it')).toBeVisible();
  expect(screen.getByRole('radio', { name: /^It means no/ })).not.toBeChecked();
});

it('says why a file was not taken, and keeps it', async () => {
  vi.mocked(labelImportsAdd).mockRejectedValue(new ApiError('too_large', 'The file is too large.', 413));
  open();
  await choose('labels.csv');
  await userEvent.click(screen.getByRole('radio', { name: /^It says nothing/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Read the file' }));
  expect(await screen.findByText('The file is too large.')).toBeVisible();
  expect(screen.getByText(/^labels.csv/)).toBeVisible();
});

it('shows what a file would change and what cannot be used, and applies it', async () => {
  there({});
  vi.mocked(labelImportsApply).mockResolvedValue({ ...row, state: 'applying' });
  open();
  const item = within(await screen.findByRole('article', { name: 'labels.csv' }));
  expect(item.getByText('1,204')).toBeVisible();
  expect(item.getByText('labels become yes')).toBeVisible();
  expect(item.getByText('1 row cannot be used')).toBeVisible();
  expect(item.getByText('There is no image of this name.')).toBeVisible();
  await userEvent.click(item.getByRole('button', { name: 'Apply' }));
  expect(labelImportsApply).toHaveBeenCalledWith({ path: { import_id: 1 } });
});

it('shows how far applying has come', async () => {
  there({ state: 'applying', rows: 400, rows_done: 100 });
  open();
  expect(await screen.findByRole('progressbar', { name: '100 of 400 rows' })).toHaveAttribute(
    'aria-valuenow',
    '25',
  );
  expect(screen.queryByRole('button', { name: 'Apply' })).toBeNull();
  vi.mocked(labelImportsRetract).mockResolvedValue({ ...row, state: 'retracted' });
  await userEvent.click(screen.getByRole('button', { name: 'Take back' }));
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Take back' }));
  await vi.waitFor(() => expect(labelImportsRetract).toHaveBeenCalledWith({ path: { import_id: 1 } }));
});

it('takes an applied file back after asking, lets it count again, and forgets one that was refused', async () => {
  there(
    { state: 'applied', name: 'a.csv' },
    { state: 'retracted', name: 'b.csv' },
    { state: 'refused', name: 'c.csv', message: 'Line 1 is no CSV.' },
  );
  for (const deed of [labelImportsRetract, labelImportsRestore])
    vi.mocked(deed as typeof labelImportsRetract).mockResolvedValue(row);
  vi.mocked(labelImportsDiscard).mockResolvedValue(undefined);
  open();
  const item = async (name: string) => within(await screen.findByRole('article', { name }));
  await userEvent.click((await item('a.csv')).getByRole('button', { name: 'Take back' }));
  expect(labelImportsRetract).not.toHaveBeenCalled();
  const dialog = within(await screen.findByRole('dialog'));
  await userEvent.click(dialog.getByRole('button', { name: 'Take back' }));
  await vi.waitFor(() => expect(labelImportsRetract).toHaveBeenCalledWith({ path: { import_id: 1 } }));
  await userEvent.click((await item('b.csv')).getByRole('button', { name: 'Let it count again' }));
  await vi.waitFor(() => expect(labelImportsRestore).toHaveBeenCalledWith({ path: { import_id: 2 } }));
  expect((await item('c.csv')).getByRole('alert')).toHaveTextContent('Line 1 is no CSV.');
  await userEvent.click((await item('c.csv')).getByRole('button', { name: 'Forget the file' }));
  await vi.waitFor(() => expect(labelImportsDiscard).toHaveBeenCalledWith({ path: { import_id: 3 } }));
});

it('is closed to those who may not curate labels', async () => {
  openPage(LabelImportsPage, ['answer']);
  expect(await screen.findByText('You cannot import labels')).toBeVisible();
  expect(labelImportsList).not.toHaveBeenCalled();
});

it('knows the kinds by the ends of names', () => {
  const names = ['A.ZIP', 'a.csv', 'a.jsonl', 'a.json', 'a.parquet', 'a.txt'];
  expect(names.map(formOf)).toEqual(['sidecars', 'csv', 'jsonl', 'danbooru', 'parquet', null]);
  expect(accepted('csv')).toBe('.csv,.tsv');
  expect(accepted(null)).toContain('.parquet');
});
