import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { type JobRow, jobsList, jobsRetry, type UploadRow, uploadBook } from '@/client';
import { openPage } from '@/lib/testing/page';
import { EmptyLibrary } from './EmptyLibrary';

vi.mock('@/client', { spy: true });

const drawing = (more: Partial<JobRow>): JobRow => ({
  id: 7,
  kind: 'book',
  title: 'Draw the picture book',
  state: 'running',
  done: 120,
  total: 600,
  error: '',
  created_at: new Date().toISOString(),
  started_at: null,
  finished_at: null,
  rate: null,
  seconds_left: null,
  ...more,
});
const withJobs = (...items: JobRow[]) => vi.mocked(jobsList).mockResolvedValue({ items, next: null });
const button = () => screen.queryByRole('button', { name: 'Load the picture book' });

beforeEach(() => {
  vi.clearAllMocks();
  withJobs();
});

it('offers uploading and the picture book to those who may upload', async () => {
  openPage(EmptyLibrary, ['image.view', 'image.upload']);
  expect(await screen.findByRole('link', { name: 'Upload images' })).toBeVisible();
  expect(button()).toBeEnabled();
  expect(screen.getByText(/600 drawn scenes/)).toBeVisible();
});

it('shows no button at all to those who may not', async () => {
  openPage(EmptyLibrary, ['image.view']);
  expect(await screen.findByText(/A curator can upload images/)).toBeVisible();
  expect(screen.queryByRole('link')).toBeNull();
  expect(screen.queryByRole('button')).toBeNull();
});

it('asks for the picture book once and then shows how far it is', async () => {
  vi.mocked(uploadBook).mockImplementation(async () => {
    withJobs(drawing({}));
    return { id: 1, expected: 600 } as UploadRow;
  });
  openPage(EmptyLibrary, ['image.view', 'image.upload']);
  await userEvent.click(await screen.findByRole('button', { name: 'Load the picture book' }));
  expect(await screen.findByText('The picture book is being drawn: 120 of 600')).toBeVisible();
  expect(button()).toBeNull();
  expect(uploadBook).toHaveBeenCalledTimes(1);
});

it('says why it was not loaded, and tries again', async () => {
  vi.mocked(uploadBook).mockRejectedValueOnce(new Error('The server is away.'));
  vi.mocked(uploadBook).mockResolvedValueOnce({ id: 1, expected: 600 } as UploadRow);
  openPage(EmptyLibrary, ['image.view', 'image.upload']);
  await userEvent.click(await screen.findByRole('button', { name: 'Load the picture book' }));
  expect(await screen.findByText('The server is away.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('The picture book is being drawn: 0 of 600')).toBeVisible();
});

it('has a failed drawing started again by those who may, and only by them', async () => {
  withJobs(drawing({ state: 'failed', error: 'The disk is full.' }));
  vi.mocked(jobsRetry).mockResolvedValue(drawing({}));
  openPage(EmptyLibrary, ['image.view', 'image.upload', 'job.manage']);
  expect(await screen.findByText('The disk is full.')).toBeVisible();
  withJobs(drawing({}));
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(vi.mocked(jobsRetry).mock.calls[0]?.[0]).toMatchObject({ path: { job_id: 7 } });
  expect(await screen.findByText('The picture book is being drawn: 120 of 600')).toBeVisible();
  expect(uploadBook).not.toHaveBeenCalled();
});

it('shows a failed drawing without a button to a curator', async () => {
  withJobs(drawing({ state: 'failed', error: 'The disk is full.' }));
  openPage(EmptyLibrary, ['image.view', 'image.upload']);
  expect(await screen.findByText('The disk is full.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});
