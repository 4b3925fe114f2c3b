import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type Action,
  answersPost,
  answersRetract,
  type ConflictCard,
  conflictsList,
  overview as overviewGet,
  type Side,
  searchCount,
  undosMake,
  undosReverse,
} from '@/client';
import { undo } from '@/features/history/testing';
import { card, overview } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { bindShortcuts } from '@/lib/shortcuts';
import { openPage } from '@/lib/testing/page';
import { ConflictsPage } from './ConflictsPage';

vi.mock('@/client', { spy: true });
// Many keys and clicks, one after another.
vi.setConfig({ testTimeout: 30_000 });

const side = (verdict: 'yes' | 'no', by: string, said: Partial<Side> = {}): Side => ({
  tag: 'apron',
  verdict,
  by,
  source: 'answered',
  at: new Date().toISOString(),
  answer_id: `${by}-${verdict}`,
  ...said,
});
const disputed = (id: number, ...tags: string[]): ConflictCard => ({
  image: card(id).image,
  conflicts: tags.map((tag) => ({
    tag,
    category: 'general',
    between: 'people',
    sides: [side('yes', 'ada', { tag }), side('no', 'eve', { tag }), side('no', 'somebody', { tag })].map(
      (each) => ({ ...each, answer_id: `${each.by}-${id}-${tag}` }),
    ),
  })),
});
const dealt = (...items: ConflictCard[]) => vi.mocked(conflictsList).mockResolvedValue({ items, next: null });

let unbind: () => void;
beforeEach(() => {
  vi.clearAllMocks();
  unbind = bindShortcuts();
  vi.mocked(overviewGet).mockResolvedValue(overview());
  vi.mocked(searchCount).mockResolvedValue({ count: 2, exact: true });
  vi.mocked(answersPost).mockResolvedValue({ recorded: 1, repeated: 0 });
  vi.mocked(answersRetract).mockResolvedValue(undefined);
  vi.mocked(undosMake).mockResolvedValue(undo({ id: 5, answers: 1 }));
  vi.mocked(undosReverse).mockResolvedValue(undo({ id: 6, reverses: 5 }));
});
afterEach(() => unbind());

const open = (actions: Action[] = ['image.view', 'answer']) => openPage(ConflictsPage, actions);
const asked = async () => (await screen.findByTestId('conflict')).textContent;
const sent = () => vi.mocked(answersPost).mock.calls.map(([{ body }]) => body.answers[0]);

it('shows who is on which side, and goes on by key', async () => {
  dealt(disputed(1, 'apron', 'bow'), disputed(2, 'hat'));
  open();
  expect(await asked()).toBe('apron');
  expect(within(screen.getByRole('region', { name: 'Yes' })).getByText(/ada/)).toBeVisible();
  expect(within(screen.getByRole('region', { name: 'No' })).getByText(/eve/)).toBeVisible();
  await userEvent.keyboard('y');
  expect(await asked()).toBe('bow');
  await userEvent.keyboard('n');
  expect(await asked()).toBe('hat');
  await userEvent.keyboard('u');
  expect(await screen.findByText('You decided 3 conflicts.')).toBeVisible();
  await vi.waitFor(() => expect(sent()).toHaveLength(3));
  expect(sent()).toMatchObject([
    { image_id: 1, tag: 'apron', verdict: 'yes', view: 'conflicts', how: 'asked' },
    { image_id: 1, tag: 'bow', verdict: 'no' },
    { image_id: 2, tag: 'hat', verdict: 'unsure' },
  ]);
  expect(undosMake).not.toHaveBeenCalled();
});

it('explains tags that contradict each other', async () => {
  dealt({
    image: card(1).image,
    conflicts: [
      {
        tag: 'apron',
        category: 'general',
        between: 'tags',
        sides: [side('yes', 'ada', { tag: 'apron_dress' }), side('no', 'eve')],
      },
      {
        tag: 'apron_dress',
        category: 'general',
        between: 'tags',
        sides: [side('yes', 'ada', { tag: 'apron_dress' }), side('no', 'eve')],
      },
    ],
  });
  open();
  await asked();
  expect(screen.getByText(/“apron_dress” implies “apron”: whoever says yes to the first/)).toBeVisible();
  expect(screen.getByText(/ada on apron_dress/)).toBeVisible();
  await userEvent.keyboard('j');
  expect(await asked()).toBe('apron_dress');
  expect(screen.getByText(/“apron_dress” implies “apron”: whoever says no to the second/)).toBeVisible();
});

it('goes back and forth without answering, and undoes what was answered', async () => {
  dealt(disputed(1, 'apron', 'bow'));
  open();
  await asked();
  await userEvent.keyboard('j');
  expect(await asked()).toBe('bow');
  await userEvent.keyboard('k');
  expect(await asked()).toBe('apron');
  await userEvent.keyboard('y');
  expect(await asked()).toBe('bow');
  await userEvent.keyboard('{Backspace}');
  expect(await asked()).toBe('apron');
  await vi.waitFor(() => expect(answersRetract).toHaveBeenCalledTimes(1));
  expect(vi.mocked(answersRetract).mock.calls[0]?.[0].path.answer_id).toBe(sent()[0]?.id);
});

it('lets a curator settle it, and gives back with one undo what that took', async () => {
  dealt(disputed(1, 'apron'), disputed(2, 'hat'));
  open(['image.view', 'answer', 'label.curate']);
  await asked();
  await userEvent.keyboard('{Shift>}y{/Shift}');
  expect(await asked()).toBe('hat');
  await vi.waitFor(() =>
    expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({
      answer_ids: ['eve-1-apron', 'somebody-1-apron'],
    }),
  );
  expect(sent()[0]).toMatchObject({ tag: 'apron', verdict: 'yes' });
  await userEvent.keyboard('{Backspace}');
  await vi.waitFor(() => expect(undosReverse).toHaveBeenCalledWith({ path: { undo_id: 5 } }));
  await vi.waitFor(() => expect(answersRetract).toHaveBeenCalledTimes(1));
});

it('does not ask again about what was settled with another tag of the image', async () => {
  const sides = [side('yes', 'ada', { tag: 'apron_dress' }), side('no', 'eve')];
  const about = (tag: string) => ({ tag, category: 'general', between: 'tags' as const, sides });
  dealt({ image: card(1).image, conflicts: [about('apron'), about('apron_dress')] }, disputed(2, 'hat'));
  open(['image.view', 'answer', 'label.curate']);
  expect(await asked()).toBe('apron');
  await userEvent.keyboard('{Shift>}y{/Shift}');
  expect(await asked()).toBe('hat');
  await userEvent.keyboard('{Backspace}y');
  expect(await asked()).toBe('apron_dress');
});

it('offers to take back one’s own answer only, to those who do not curate', async () => {
  dealt(disputed(1, 'apron'));
  open();
  await asked();
  expect(screen.queryByText('Settle it')).toBeNull();
  const buttons = screen.getAllByRole('button', { name: /^Take back/ });
  expect(buttons).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: /what somebody said: No to apron/ }));
  await vi.waitFor(() =>
    expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({ answer_ids: ['somebody-1-apron'] }),
  );
  expect(await screen.findByText('taken back')).toBeVisible();
});

it('comes back to what was refused, with the server’s sentence', async () => {
  dealt(disputed(1, 'apron', 'bow'));
  vi.mocked(answersPost).mockRejectedValue(new ApiError('deprecated', 'The tag “apron” is deprecated.', 409));
  open();
  await asked();
  await userEvent.keyboard('y');
  expect(await screen.findByText('The tag “apron” is deprecated.')).toBeVisible();
  expect(await asked()).toBe('apron');
});

it('asks for the next ones in time', async () => {
  vi.mocked(conflictsList)
    .mockResolvedValueOnce({ items: [disputed(1, 'apron')], next: 'after-1' })
    .mockResolvedValue({ items: [disputed(2, 'hat')], next: null });
  open();
  await asked();
  await vi.waitFor(() => expect(conflictsList).toHaveBeenCalledTimes(2));
  expect(vi.mocked(conflictsList).mock.lastCall?.[0]?.query).toMatchObject({ cursor: 'after-1' });
  await userEvent.keyboard('y');
  expect(await asked()).toBe('hat');
});

it('is content when everybody agrees', async () => {
  dealt();
  open();
  expect(await screen.findByText('Everybody agrees')).toBeVisible();
});

it('leads to what the tag means by one key', async () => {
  dealt(disputed(1, 'fate/grand_order'));
  open();
  await asked();
  const link = screen.getByRole('link', { name: /What the tag means/ });
  expect(link).toHaveAttribute('href', '/tag?name=fate%2Fgrand_order');
  expect(link).toHaveAttribute('data-shortcut', 'i');
});
