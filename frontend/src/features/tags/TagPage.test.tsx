import { parseSearchWith } from '@tanstack/react-router';
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
  examplesSet,
  guidelinesAdd,
  guidelinesList,
  imagesList,
  tagGet,
  tagsComplete,
} from '@/client';
import { card } from '@/features/review/testing';
import { parseValue } from '@/lib/address';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { visit } from '@/lib/testing/visit';
import { TagPage } from './TagPage';
import { changeRow, guideline, tagPage } from './testing';

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
  vi.mocked(guidelinesList).mockResolvedValue([]);
});

const open = (name = 'apron', actions = READER) =>
  openPage(TagPage, actions, `?name=${encodeURIComponent(name)}`);

describe('the page of a tag', () => {
  it('leads to its images, whatever its name', async () => {
    const name = 'fate/grand_order';
    vi.mocked(tagGet).mockResolvedValue(
      tagPage({ name, counts: { positive: 1, negative: 12, conflicting: 2, exact: false } }),
    );
    open(name);
    await screen.findByText('1 image has it');
    expect(screen.getByRole('heading', { level: 1, name })).toBeVisible();
    expect(vi.mocked(tagGet).mock.calls[0]?.[0]).toMatchObject({ query: { name } });
    const q = (text: string) =>
      parseSearchWith(parseValue)(screen.getByText<HTMLAnchorElement>(text, { selector: 'a' }).search);
    expect(q('1 image has it')).toEqual({ q: 'fate/grand_order' });
    expect(q('12 images do not')).toEqual({ q: 'no:fate/grand_order' });
    expect(q('2 images are disputed')).toEqual({ q: 'conflict:fate/grand_order' });
    expect(screen.getByText('(counted some time ago)')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Images near its line' })).toHaveAttribute(
      'href',
      '/library?near=fate%2Fgrand_order',
    );
    expect(screen.queryByRole('button', { name: 'Change' })).toBeNull();
  });

  it.each(['fate/grand_order', 'what?', '2010', '\\m/', ';)', '1e5', 'null'])(
    'is asked for by the name in the address: %s',
    async (name) => {
      vi.mocked(tagGet).mockResolvedValue(tagPage({ name }));
      visit(`/tag?name=${encodeURIComponent(name)}`);
      await screen.findByText('12 images do not');
      expect(vi.mocked(tagGet).mock.calls[0]?.[0]).toMatchObject({ query: { name } });
    },
  );

  it('says so when it was asked for by another name', async () => {
    open('pinny');
    expect(await screen.findByText('“pinny” is another name of “apron”.')).toBeVisible();
  });

  it('offers to look for it, or to make it, where there is none', async () => {
    vi.mocked(tagGet).mockRejectedValue(
      new ApiError('tag_not_found', 'No tag is called aprn: did you mean apron?', 404),
    );
    open('aprn', CURATOR);
    expect(await screen.findByText('No tag is called aprn: did you mean apron?')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'New tag' }));
    expect(within(await screen.findByRole('dialog')).getByRole('textbox', { name: /Name/ })).toHaveValue(
      'aprn',
    );
  });

  it('holds a thousand aliases and implications, and finds one of them', async () => {
    const names = Array.from({ length: 1000 }, (_, place) => `name_${place}`);
    const refs = names.map((name) => ({ name: `of_${name}`, category: 'general' }));
    vi.mocked(tagGet).mockResolvedValue(tagPage({ aliases: names, implied_by: refs }));
    open();
    const aliases = await screen.findByRole('list', { name: 'other names' });
    expect(within(aliases).getAllByRole('listitem')).toHaveLength(24);
    expect(screen.getByText('1,000 tags imply it')).toBeVisible();
    await userEvent.click(screen.getByLabelText('Find among the other names'));
    await userEvent.paste('e 987');
    expect(
      within(aliases)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual(['name_987']);
  });

  it('shows what was published of it, with how far it may be off', async () => {
    const published = {
      ...{ origin: 'JoyTag', positives: 100, precision: 0.5, recall: 0.6, f1: 0.5454, low: 0.45, high: 0.63 },
      ...{ hits: 60, alarms: 60, misses: 40 },
    };
    vi.mocked(tagGet).mockResolvedValue(tagPage({ published, known: false, line: null }));
    open();
    expect(
      await screen.findByRole('img', { name: 'F1 0.545, with 95 % certainty between 0.450 and 0.630' }),
    ).toBeVisible();
    expect(screen.getByText('The serving tagger does not know it.')).toBeVisible();
  });
});

describe('an example', () => {
  it('is chosen among the images that people answered', async () => {
    vi.mocked(imagesList).mockResolvedValue({
      items: [card(5).image, card(6).image],
      next: null,
      tagger: null,
    });
    vi.mocked(examplesSet).mockResolvedValue(undefined);
    open('apron', CURATOR);
    await userEvent.click(await screen.findByRole('button', { name: 'Add an example' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByLabelText('Mistaken for it'));
    await waitFor(() =>
      expect(vi.mocked(imagesList).mock.calls.map(([options]) => options?.query?.q)).toEqual([
        'apron (answered:apron or accepted:apron)',
        'no:apron answered:apron',
      ]),
    );
    await userEvent.click((await within(dialog).findAllByRole('img'))[1] as HTMLElement);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add an example' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(vi.mocked(examplesSet).mock.calls[0]?.[0]).toMatchObject({
      body: { tag: 'apron', image_id: 6, good: false, note: '' },
    });
  });
});

describe('a guideline', () => {
  it('in Markdown shows no HTML, loads no picture and follows the web only', async () => {
    const body =
      '## Use\n\n<img src=x onerror=alert(1)> ![cat](https://example.com/c.png) [bad](javascript:alert(1))\n\n| a |\n|---|\n| b |';
    vi.mocked(tagGet).mockResolvedValue(tagPage({ guideline: guideline({ body, photo_note: 'Visible?' }) }));
    open();
    const panel = await screen.findByRole('region', { name: 'Guideline' });
    expect(await within(panel).findByText('Use', { selector: 'h3' })).toBeVisible();
    expect(panel.querySelector('img')).toBeNull();
    expect(within(panel).getByRole('link', { name: 'cat' })).toHaveAttribute(
      'href',
      'https://example.com/c.png',
    );
    expect(within(panel).queryByRole('link', { name: 'bad' })).toBeNull();
    expect(within(panel).getByRole('table')).toHaveTextContent('ab');
    expect(within(panel).getByText('Visible?')).toBeVisible();
  });

  it('in DText leads to other tags and to searches', async () => {
    const body = 'h4. See\n* [[What?]] and {{apron -dress}} [spoiler]x[/spoiler]';
    vi.mocked(tagGet).mockResolvedValue(tagPage({ guideline: guideline({ markup: 'dtext', body }) }));
    open();
    expect(await screen.findByRole('link', { name: 'What?' })).toHaveAttribute('href', '/tag?name=what%3F');
    expect(screen.getByRole('link', { name: 'apron -dress' })).toHaveAttribute(
      'href',
      '/library?q=apron+-dress',
    );
  });

  it('keeps the text when somebody saved meanwhile, and shows theirs beside it', async () => {
    const theirs = guideline({ version: 2, body: 'Theirs.', by: 'lee' });
    vi.mocked(tagGet).mockResolvedValue(tagPage({ guideline: guideline() }));
    vi.mocked(guidelinesList).mockResolvedValue([theirs, guideline()]);
    vi.mocked(guidelinesAdd).mockRejectedValueOnce(
      new ApiError('guideline_conflict', 'There is a newer one.', 409),
    );
    vi.mocked(guidelinesAdd).mockResolvedValueOnce(guideline({ version: 3 }));
    open('apron', CURATOR);
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const text = screen.getByRole('textbox', { name: /What it means/ });
    await userEvent.click(text);
    await userEvent.paste(' Mine.');
    expect(
      await within(screen.getByRole('region', { name: 'As it will be read' })).findByText(
        'Worn over clothes. Mine.',
      ),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Theirs.', { selector: 'p' })).toBeVisible();
    expect(screen.getByText(/lee saved version 2/)).toBeVisible();
    expect(text).toHaveValue('Worn over clothes. Mine.');
    await userEvent.click(screen.getByRole('button', { name: 'Save after version 2' }));
    expect(await screen.findByText('Version 3 of the guideline is saved.')).toBeVisible();
    const bodies = vi.mocked(guidelinesAdd).mock.calls.map(([options]) => options.body);
    expect(bodies).toMatchObject([
      { base: 1 },
      { base: 2, body: 'Worn over clothes. Mine.', asks_again: false },
    ]);
  });

  it('has a history that says what each version changed', async () => {
    vi.mocked(guidelinesList).mockResolvedValue([
      guideline({ version: 2, body: 'Worn over clothes.\nNot a dress.', asks_again: true }),
      guideline(),
    ]);
    open();
    await userEvent.click(await screen.findByRole('tab', { name: 'Versions of the guideline' }));
    expect(await screen.findByText('answers asked again')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'What changed in version 2' }));
    expect(screen.getByText('Not a dress.').parentElement).toHaveTextContent('Added: Not a dress.');
  });
});

describe('a change', () => {
  const begin = async (kind: string) => {
    open('apron', CURATOR);
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
    open('apron', CURATOR);
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
