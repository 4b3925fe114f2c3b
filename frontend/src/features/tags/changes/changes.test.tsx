import { screen, waitFor, within } from '@testing-library/react';
import { PointerEventsCheckLevel, userEvent as users } from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Action,
  type ChangeRow,
  changesList,
  changesMake,
  changesPreview,
  changesUndo,
  changesUndoPreview,
  tagGet,
  tagsComplete,
} from '@/client';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { TagPage } from '../TagPage';
import { changeRow, tagPage } from '../testing';

vi.mock('@/client', { spy: true });
// A whole page at a time, on machines that have other things to do.
vi.setConfig({ testTimeout: 20_000 });

// Asking every element above a button whether it takes clicks takes seconds.
const userEvent = users.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
const READER: Action[] = ['image.view'];
const CURATOR: Action[] = ['image.view', 'tag.edit', 'tag.change'];
const preview = {
  effects: ['“pinny” means “apron” from now on.'],
  warnings: ['“pinny” was typed 12 times.'],
  images: 30,
  questions: 4,
  taggers: ['Starter'],
};
let changes: ChangeRow[];

beforeEach(() => {
  vi.clearAllMocks();
  changes = [];
  vi.mocked(tagGet).mockResolvedValue(tagPage());
  vi.mocked(changesList).mockImplementation(async () => ({ items: changes, next: null }));
});

const open = (actions: Action[] = READER) => openPage(TagPage, actions, '?name=apron');

describe('a change', () => {
  const begin = async (kind: string) => {
    open(CURATOR);
    await userEvent.click(await screen.findByRole('button', { name: 'Change' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: kind }));
    return screen.findByRole('dialog');
  };

  it('is looked at, made, and undone from the notification', async () => {
    vi.mocked(changesPreview).mockResolvedValue(preview);
    vi.mocked(changesMake).mockImplementation(async () => {
      changes = [changeRow()];
      return changeRow();
    });
    vi.mocked(changesUndo).mockImplementation(async () => {
      const undo = changeRow({ id: 4, kind: 'undo', sentence: 'Taken back.', undoes: 3, undoable: false });
      changes = [undo, changeRow({ undone_by: 4, undoable: false })];
      return undo;
    });
    const dialog = await begin('Add another name');
    expect(within(dialog).getByRole('button', { name: 'See what follows' })).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'Other name' }), ' pinny ');
    await userEvent.click(within(dialog).getByRole('button', { name: 'See what follows' }));
    expect(await within(dialog).findByText(preview.effects[0] ?? '')).toBeVisible();
    expect(within(dialog).getByText('“pinny” was typed 12 times.')).toBeVisible();
    for (const reach of ['reaches 30 images', '4 open questions', 'outputs of “Starter”'])
      expect(within(dialog).getByText(reach)).toBeVisible();
    expect(changesMake).not.toHaveBeenCalled();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add the name' }));
    const change = { kind: 'alias', tag: 'apron', alias: 'pinny' };
    expect(vi.mocked(changesMake).mock.calls[0]?.[0]).toMatchObject({ body: { change } });
    expect(await screen.findByRole('button', { name: /^Undo:/ })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect((await screen.findAllByText('Taken back.'))[0]).toBeVisible();
    expect(vi.mocked(changesUndo).mock.calls[0]?.[0]).toMatchObject({ path: { change_id: 3 } });
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Undo:/ })).toBeNull());
  });

  it('takes other tags by what is typed, two at least where it is split', async () => {
    vi.mocked(changesPreview).mockResolvedValue(preview);
    vi.mocked(tagsComplete).mockImplementation(async (options) => [
      { name: String(options?.query?.q), alias: '', category: 'general', posts: 1, deprecated: false },
    ]);
    const dialog = await begin('Split into several tags');
    const look = within(dialog).getByRole('button', { name: 'See what follows' });
    for (const name of ['bib', ':/']) {
      expect(look).toBeDisabled();
      await userEvent.click(within(dialog).getByPlaceholderText('Find a tag'));
      await userEvent.paste(name);
      await userEvent.keyboard('{Enter}');
      expect(await within(dialog).findByLabelText(`Take “${name}” off`)).not.toHaveAttribute('aria-hidden');
    }
    await userEvent.click(look);
    await within(dialog).findByRole('button', { name: 'Split it' });
    expect(vi.mocked(changesPreview).mock.calls[0]?.[0]).toMatchObject({
      body: { change: { kind: 'split', tag: 'apron', into: ['bib', ':/'] } },
    });
  });

  it('says in the form why it cannot be', async () => {
    vi.mocked(changesPreview).mockRejectedValue(
      new ApiError('bad_change', '“dress” is a tag: merge it.', 422),
    );
    const dialog = await begin('Rename');
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'New name' }), 'dress{enter}');
    expect(await within(dialog).findByText('“dress” is a tag: merge it.')).toBeVisible();
    expect(within(dialog).getByRole('textbox', { name: 'New name' })).toHaveValue('dress');
  });

  it('of the history is undone after a look at what follows', async () => {
    changes = [changeRow({ images_left: 1200 })];
    vi.mocked(changesUndoPreview).mockResolvedValue({
      ...preview,
      effects: ['“pinny” means nothing again.'],
    });
    vi.mocked(changesUndo).mockImplementation(async () => {
      changes = [changeRow({ undone_by: 4, undoable: false })];
      return changeRow({ id: 4, kind: 'undo', sentence: 'Taken back.' });
    });
    open(CURATOR);
    await userEvent.click(await screen.findByRole('button', { name: /^Undo:/ }));
    expect(screen.getByText('1,200 images still to follow')).toBeVisible();
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('“pinny” means nothing again.')).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Undo it' }));
    expect(await screen.findByText(/taken back/)).toBeVisible();
  });

  it('of the history cannot be undone by a reader', async () => {
    changes = [changeRow()];
    open();
    expect(await screen.findByText('“pinny” is another name of “apron”.')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Undo:/ })).toBeNull();
  });
});
