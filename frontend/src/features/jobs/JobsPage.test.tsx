import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { type JobRow, jobsList } from '@/client';
import { openPage } from '@/lib/testing/page';
import { JobsPage } from './JobsPage';

vi.mock('@/client', { spy: true });

const job: JobRow = {
  id: 1,
  kind: 'pretag',
  title: 'Pre-tag images',
  state: 'running',
  done: 8_412,
  total: 60_000,
  error: '',
  created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:00Z',
  finished_at: null,
  rate: 36.2,
  seconds_left: 1_425,
};

it('shows how fast a job goes and how long it still takes', async () => {
  const index: JobRow = {
    ...job,
    id: 2,
    kind: 'index',
    title: 'Index embeddings',
    rate: null,
    seconds_left: null,
  };
  vi.mocked(jobsList).mockResolvedValue({ items: [job, index], next: null });
  openPage(JobsPage, ['job.view']);
  const [first, second] = await screen.findAllByRole('listitem');
  expect(within(first as HTMLElement).getByText(/8,412 of 60,000/)).toHaveTextContent(
    '8,412 of 60,00036 images/s · about 24 min left',
  );
  expect(second).toHaveTextContent('8,412 of 60,000');
  expect(second).not.toHaveTextContent('left');
});
