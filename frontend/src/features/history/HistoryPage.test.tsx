import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { makeRouter } from '@/app/router';
import { type Action, historyAnswers, undosList, undosMake, undosPreview, undosReverse } from '@/client';
import { overview, person } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { makeQueryClient } from '@/lib/query';
import { overviewQuery, sessionQuery } from '@/lib/session';
import { event, undo } from './testing';

vi.mock('@/client', { spy: true });
// Many keys and clicks, one after another.
vi.setConfig({ testTimeout: 30_000 });

const preview = { answers: 2, people: 1, images: 2, labels: 3, examples: [event('a')] };

async function open(address = '/history', actions: Action[] = ['image.view', 'answer', 'label.curate']) {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  client.setQueryData(sessionQuery.queryKey, {
    user: { ...person(1), username: 'somebody', actions },
  });
  client.setQueryData(overviewQuery.queryKey, overview());
  notifications.clean();
  window.history.replaceState(null, '', address);
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications />
          <RouterProvider router={makeRouter(client)} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByRole('heading', { name: 'History', level: 1 }, { timeout: 5_000 });
}

const asked = () => vi.mocked(historyAnswers).mock.lastCall?.[0]?.query;
const box = (name: RegExp) => screen.findByRole('checkbox', { name });

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(historyAnswers).mockResolvedValue({
    items: [
      event('a'),
      event('b', { tag: 'hat', by: 'ada', verdict: 'no', probability: 0.26 }),
      event('c', { tag: 'bow', retracted_by: 'eve', retracted_at: new Date().toISOString() }),
    ],
    next: null,
  });
  vi.mocked(undosPreview).mockResolvedValue(preview);
  vi.mocked(undosMake).mockResolvedValue(undo());
  vi.mocked(undosReverse).mockResolvedValue(undo({ id: 8, reverses: 7 }));
  vi.mocked(undosList).mockResolvedValue({ items: [], next: null });
});

it('shows every answer, and who took back those that do not count', async () => {
  await open();
  const rows = await screen.findAllByRole('listitem');
  const mine = rows.find((row) => row.textContent?.includes('hat'));
  expect(mine).toHaveTextContent('No');
  expect(mine).toHaveTextContent('26% shown');
  expect(screen.getByText(/taken back by eve/)).toBeVisible();
  expect(await box(/to bow$/)).toBeDisabled();
});

it('keeps the filters in the address, and asks for what they say', async () => {
  await open('/history?user=%222010%22&verdict=no&since=2026-11-24&until=2026-11-24');
  await box(/to hat$/);
  expect(asked()).toMatchObject({ user: '2010', verdict: 'no' });
  const { since, until } = asked() ?? {};
  expect(new Date(String(until)).getTime() - new Date(String(since)).getTime()).toBe(86_400_000);
  await userEvent.click(screen.getByRole('button', { name: 'Only mine' }));
  await vi.waitFor(() => expect(asked()).toMatchObject({ user: 'somebody', verdict: 'no' }));
  expect(window.location.search).toContain('user=somebody');
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
  await vi.waitFor(() => expect(window.location.search).toBe(''));
});

it('takes back a choice after showing what it changes, and gives it back from the notification', async () => {
  await open();
  await userEvent.click(await box(/to apron$/));
  await userEvent.click(await box(/to hat$/));
  expect(screen.getByText('2 answers chosen')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Take back the chosen' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByText('labels become others')).toBeVisible();
  expect(vi.mocked(undosPreview).mock.lastCall?.[0].body).toEqual({ answer_ids: ['a', 'b'] });
  expect(undosMake).not.toHaveBeenCalled();
  await userEvent.click(dialog.getByRole('button', { name: 'Take back 2 answers' }));
  await vi.waitFor(() =>
    expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({ answer_ids: ['a', 'b'] }),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Give them back' }));
  await vi.waitFor(() => expect(undosReverse).toHaveBeenCalledWith({ path: { undo_id: 7 } }));
  expect(await screen.findByText('2 answers count again.')).toBeVisible();
});

it('takes back all that a filter finds, but never simply everything', async () => {
  await open();
  const all = await screen.findByRole('button', { name: 'Take back all that match…' });
  await userEvent.click(all);
  expect(screen.queryByRole('dialog')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Only mine' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Take back all that match…' }));
  expect(await screen.findByRole('button', { name: 'Take back 2 answers' })).toBeVisible();
  expect(vi.mocked(undosPreview).mock.lastCall?.[0].body).toMatchObject({ query: { user: 'somebody' } });
});

it('leaves the answers of others alone for those who do not curate', async () => {
  await open('/history?tag=hat', ['image.view', 'answer']);
  expect(await box(/to apron$/)).toBeEnabled();
  expect(await box(/of ada to hat$/)).toBeDisabled();
  await userEvent.click(screen.getByRole('button', { name: 'Take back all that match…' }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('says why nothing was taken back, and that nothing is left to take back', async () => {
  vi.mocked(undosMake).mockRejectedValue(new ApiError('conflict', 'Somebody was quicker.', 409));
  await open();
  await userEvent.click(await box(/to apron$/));
  await userEvent.click(screen.getByRole('button', { name: 'Take back the chosen' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Take back 2 answers' }));
  expect(await screen.findByText('Somebody was quicker.')).toBeVisible();
  vi.mocked(undosPreview).mockResolvedValue({ ...preview, answers: 0 });
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await userEvent.click(screen.getByRole('button', { name: 'Take back the chosen' }));
  expect(await screen.findByText(/There is nothing to take back/)).toBeVisible();
});

it('lists what was taken back, and gives it back from there', async () => {
  vi.mocked(undosList).mockResolvedValue({
    items: [
      undo({ id: 9, sentence: 'One answer', answers: 1 }),
      undo({ id: 8, sentence: 'Given again', reverses: 6 }),
      undo({ id: 6, sentence: 'Long ago', reversed_by: 8 }),
    ],
    next: null,
  });
  await open('/history?tab=undos');
  expect(await screen.findByText('Long ago')).toBeVisible();
  expect(screen.getByText('given back')).toBeVisible();
  const buttons = screen.getAllByRole('button', { name: /^Give/ });
  expect(buttons).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'Give it back' }));
  expect(undosReverse).toHaveBeenCalledWith({ path: { undo_id: 9 } });
});
