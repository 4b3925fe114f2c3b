import { parseSearchWith } from '@tanstack/react-router';
import { screen, waitFor, within } from '@testing-library/react';
import { PointerEventsCheckLevel, userEvent as users } from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Action,
  changesList,
  examplesSet,
  guidelinesAdd,
  guidelinesList,
  imagesList,
  tagGet,
} from '@/client';
import { card } from '@/features/review/testing';
import { parseValue } from '@/lib/address';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { visit } from '@/lib/testing/visit';
import { TagPage } from './TagPage';
import { guideline, tagPage } from './testing';

vi.mock('@/client', { spy: true });
// A whole page at a time, on machines that have other things to do.
vi.setConfig({ testTimeout: 20_000 });

// Asking every element above a button whether it takes clicks takes seconds.
const userEvent = users.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
const READER: Action[] = ['image.view'];
const CURATOR: Action[] = ['image.view', 'tag.edit', 'tag.change'];

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(tagGet).mockResolvedValue(tagPage());
  vi.mocked(changesList).mockResolvedValue({ items: [], next: null });
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
    vi.mocked(tagGet).mockResolvedValue(
      tagPage({ aliases: names, implied_by: refs.slice(0, 200), implied_by_count: 1000 }),
    );
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
