import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { tagsCreate, tagsList } from '@/client';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { visit } from '@/lib/testing/visit';
import { TagsPage } from './TagsPage';
import { tagRow } from './testing';

vi.mock('@/client', { spy: true });
// A whole page at a time, on machines that have other things to do.
vi.setConfig({ testTimeout: 20_000 });

const many = Array.from({ length: 100 }, (_, place) => tagRow({ id: place + 1, name: `tag_${place}` }));

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(tagsList).mockResolvedValue({ items: [tagRow({ f1: 0.58, guideline_version: 2 })], next: null });
});

// By its words: asking a whole page for its roles takes seconds.
const link = async (name: string) => (await screen.findByText(name)).closest('a');
const lastAsked = () => vi.mocked(tagsList).mock.calls.at(-1)?.[0]?.query;

it('shows each tag with its figures and leads to its page', async () => {
  vi.mocked(tagsList).mockResolvedValue({
    items: [
      tagRow({
        name: 'fate/grand_order',
        category: 'copyright',
        f1: 0.58,
        guideline_version: 2,
        subjective: true,
      }),
    ],
    next: null,
  });
  openPage(TagsPage, ['image.view']);
  const row = await link('fate/grand_order');
  expect(row).toHaveAccessibleName(
    'fate/grand_order, Copyright, 30 images here, 12,345 posts on Danbooru, Subjective, Has a guideline',
  );
  expect(row).toHaveAttribute('href', '/tag?name=fate%2Fgrand_order');
  expect(row).toHaveTextContent('0.580');
  expect(screen.queryByRole('button', { name: 'New tag' })).toBeNull();
});

it('draws only the rows near the window, and asks for the next page near the end', async () => {
  vi.mocked(tagsList).mockImplementation(async (options) => ({
    items: options?.query?.cursor ? [] : many,
    next: options?.query?.cursor ? null : 'more',
  }));
  openPage(TagsPage, ['image.view']);
  await link('tag_0');
  expect(screen.getAllByRole('listitem').length).toBeLessThan(60);
});

it('asks the server for what is typed and chosen', async () => {
  openPage(TagsPage, ['image.view'], '?q=hair&category=meta&show=hidden');
  await link('apron');
  expect(lastAsked()).toMatchObject({ q: 'hair', category: 'meta', show: 'hidden', order: 'posts' });
  expect(screen.getByLabelText('Find tags', { selector: 'input' })).toHaveValue('hair');
});

it('says how to begin when there are no tags at all', async () => {
  vi.mocked(tagsList).mockResolvedValue({ items: [], next: null });
  openPage(TagsPage, ['image.view', 'tag.change']);
  expect(await screen.findByText('No tags yet')).toBeVisible();
  expect(screen.getAllByRole('link', { name: 'Vocabulary files' })[0]).toHaveAttribute(
    'href',
    '/tags/import',
  );
});

it('says that nothing was found, and shows all again', async () => {
  vi.mocked(tagsList).mockResolvedValue({ items: [], next: null });
  openPage(TagsPage, ['image.view'], '?q=xyz');
  expect(await screen.findByText('No tag is like that')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Show all tags' })).toBeVisible();
});

it('keeps what was typed and says why a name cannot be', async () => {
  vi.mocked(tagsCreate).mockRejectedValue(new ApiError('bad_name', 'A name cannot end in “_”.', 422));
  openPage(TagsPage, ['image.view', 'tag.edit']);
  await userEvent.click(await screen.findByRole('button', { name: 'New tag' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByRole('textbox', { name: /Name/ }), 'apron_');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Make the tag' }));
  expect(await within(dialog).findByText('A name cannot end in “_”.')).toBeVisible();
  expect(within(dialog).getByRole('textbox', { name: /Name/ })).toHaveValue('apron_');
  expect(vi.mocked(tagsCreate).mock.calls[0]?.[0]).toMatchObject({
    body: { name: 'apron_', category: 'general' },
  });
});

it('keeps what is typed in the address, as it was typed', async () => {
  const router = visit('/tags?order=name');
  const field = await screen.findByLabelText('Find tags', { selector: 'input' });
  await userEvent.click(field);
  await userEvent.paste('2010');
  await waitFor(() => expect(lastAsked()).toMatchObject({ q: '2010', order: 'name' }));
  expect(router.state.location.search).toEqual({ q: '2010', order: 'name' });
  expect(field).toHaveValue('2010');
});
