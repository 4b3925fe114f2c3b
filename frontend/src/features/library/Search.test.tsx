import { act, configure, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type FoundImages,
  imagesList,
  type SavedSearchRow,
  savedSearchesKeep,
  savedSearchesList,
  savedSearchesRemove,
  searchCount,
  searchTerms,
  tagsComplete,
} from '@/client';
import { card, completed } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { bindShortcuts } from '@/lib/shortcuts';
import { visit } from '@/lib/testing/visit';

vi.mock('@/client', { spy: true });
// Every test opens the whole product.
configure({ asyncUtilTimeout: 8_000 });

const badQuery = (message: string, at: number, length: number) =>
  new ApiError('bad_query', message, 422, { at: String(at), length: String(length) });
const answers: Record<string, Partial<FoundImages> | Error> = {};
const saved = (more: Partial<SavedSearchRow>): SavedSearchRow => ({
  id: 1,
  name: 'Aprons to check',
  query: 'unknown:apron',
  shared: false,
  by: 'person-1',
  mine: true,
  created_at: '2026-01-01T00:00:00Z',
  ...more,
});

const box = () => screen.findByRole<HTMLInputElement>('combobox', { name: 'Search the library' });
const image = (id: number) => screen.findByRole('link', { name: new RegExp(`image-${id}\\.jpg`) });
const options = () => screen.queryAllByRole('option').map((option) => option.textContent);
const asked = () => vi.mocked(imagesList).mock.calls.map(([call]) => call?.query?.q);

let unbind: () => void;
beforeEach(() => {
  vi.clearAllMocks();
  localStorage.clear();
  for (const q of Object.keys(answers)) delete answers[q];
  answers[''] = { items: [card(5).image] };
  answers.apron = { items: [card(6).image] };
  vi.mocked(imagesList).mockImplementation((async (call: { query?: { q?: string } }) => {
    const answer = answers[call.query?.q ?? ''] ?? { items: [] };
    if (answer instanceof Error) throw answer;
    return { items: [], next: null, tagger: null, ...answer };
  }) as never);
  vi.mocked(searchCount).mockResolvedValue({ count: 12_345, exact: true });
  vi.mocked(searchTerms).mockResolvedValue([
    { term: '-TAG', example: '-watermark', meaning: 'has it not' },
    { term: 'unknown:TAG', example: 'unknown:apron', meaning: 'nobody said yet' },
    { term: 'ai:TAG>P', example: 'ai:apron>0.6', meaning: 'the tagger thinks so' },
    { term: 'width:N', example: 'width:>=2000', meaning: 'so many pixels wide' },
  ]);
  vi.mocked(savedSearchesList).mockResolvedValue([]);
  vi.mocked(tagsComplete).mockImplementation((async () => [completed('apron')]) as never);
  unbind = bindShortcuts();
});
afterEach(() => unbind());

describe('a search', () => {
  it('is made by Enter, stands in the address, and says how many images it found', async () => {
    const router = visit('/library');
    await userEvent.type(await box(), 'apron{Enter}');
    expect(await image(6)).toBeVisible();
    expect(router.state.location.search).toEqual({ q: 'apron' });
    expect(await screen.findByText('12,345 images')).toBeVisible();
    expect(await box()).not.toHaveFocus();
    expect(await image(6)).toHaveAttribute('href', '/images/6?q=apron');
  });

  it('goes back and forward, and the box with it', async () => {
    const router = visit('/library?q=apron');
    await image(6);
    await userEvent.clear(await box());
    await userEvent.type(await box(), '{Enter}');
    expect(await image(5)).toBeVisible();
    act(() => router.history.back());
    expect(await image(6)).toBeVisible();
    expect(await box()).toHaveValue('apron');
    act(() => router.history.forward());
    expect(await image(5)).toBeVisible();
    expect(await box()).toHaveValue('');
  });

  it('takes a tag of digits alone for what it is', async () => {
    answers['2010'] = { items: [card(9).image] };
    visit('/library?q=2010');
    expect(await image(9)).toBeVisible();
    expect(await box()).toHaveValue('2010');
  });

  it('says “at least” where it did not count to the end, and whose probabilities they are', async () => {
    vi.mocked(searchCount).mockResolvedValue({ count: 10_000, exact: false });
    answers['ai:apron>0.6'] = { items: [card(7).image], tagger: 'JoyTag' };
    visit('/library?q=ai%3Aapron%3E0.6');
    expect(await screen.findByText('at least 10,000 images · “ai:” as JoyTag sees it')).toBeVisible();
  });

  it('that cannot be understood says why and where, and leaves what was found before', async () => {
    answers['apron width:wide'] = badQuery('Write a number here.', 12, 4);
    const router = visit('/library?q=apron');
    await image(6);
    await userEvent.type(await box(), ' width:wide{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Write a number here.');
    expect(within(alert).getByText('wide', { selector: 'mark' })).toBeVisible();
    expect(await box()).toBeInvalid();
    expect(await box()).toHaveAccessibleDescription(/Write a number here/);
    expect(await image(6)).toBeVisible();
    expect(router.state.location.search).toEqual({ q: 'apron width:wide' });
    await userEvent.clear(await box());
    await userEvent.type(await box(), 'apron{Enter}');
    await vi.waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('that fails otherwise can be tried again', async () => {
    answers.apron = new Error('The server is away.');
    visit('/library?q=apron');
    expect(await screen.findByText('The server is away.')).toBeVisible();
    answers.apron = { items: [card(6).image] };
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await image(6)).toBeVisible();
  });

  it('that finds nothing offers the search without each of its words', async () => {
    answers['-watermark'] = { items: [card(8).image] };
    const router = visit('/library?q=apron%20-watermark');
    expect(await screen.findByText('No image is found')).toBeVisible();
    await userEvent.click(screen.getByRole('link', { name: 'Without apron' }));
    expect(await image(8)).toBeVisible();
    expect(router.state.location.search).toEqual({ q: '-watermark' });
  });
});

describe('the search box', () => {
  it('is focused by q and by /, and left by Escape, which forgets what was not searched for', async () => {
    visit('/library?q=apron');
    await image(6);
    await userEvent.keyboard('q');
    expect(await box()).toHaveFocus();
    await userEvent.keyboard(' smi');
    await screen.findAllByRole('option');
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(await box()).toHaveValue('apron smi');
    await userEvent.keyboard('{Escape}');
    expect(await box()).not.toHaveFocus();
    expect(await box()).toHaveValue('apron');
    await userEvent.keyboard('/');
    expect(await box()).toHaveFocus();
  });

  it.each([
    ['apr', 'apron ', 'apr'],
    ['smile -apr', 'smile -apron ', 'apr'],
    ['(dress or apr', '(dress or apron ', 'apr'],
    ['unknown:apr', 'unknown:apron ', 'apr'],
    ['-ai:apr', '-ai:apron>', 'apr'],
  ])('completes the word at the caret by Tab: %s', async (typed, completedTo, askedFor) => {
    visit('/library');
    await userEvent.type(await box(), typed);
    await screen.findByRole('option', { name: /^apron/ });
    await vi.waitFor(() => expect(vi.mocked(tagsComplete).mock.lastCall?.[0]?.query?.q).toBe(askedFor));
    await userEvent.keyboard('{Tab}');
    expect(await box()).toHaveValue(completedTo);
    expect(await box()).toHaveFocus();
    expect(asked()).toEqual(['']);
  });

  it('completes the keys of terms, and goes on with what they take', async () => {
    vi.mocked(tagsComplete).mockImplementation((async () => []) as never);
    visit('/library');
    await userEvent.type(await box(), 'wid');
    expect(await screen.findByRole('option', { name: /^width:so many pixels wide/ })).toBeVisible();
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(await box()).toHaveValue('width:');
    expect(options()).toEqual(['width:>=2000so many pixels wide']);
    await userEvent.keyboard('{Tab}');
    expect(await box()).toHaveValue('width:>=2000 ');
  });

  it('searches for what was typed, whatever is suggested', async () => {
    answers.apr = { items: [card(4).image] };
    const router = visit('/library');
    await userEvent.type(await box(), 'apr');
    await screen.findAllByRole('option');
    await userEvent.keyboard('{Enter}');
    expect(await image(4)).toBeVisible();
    expect(router.state.location.search).toEqual({ q: 'apr' });
  });

  it('offers the last searches while it is empty', async () => {
    const router = visit('/library');
    await userEvent.type(await box(), 'apron{Enter}');
    await image(6);
    await userEvent.clear(await box());
    await screen.findByRole('option', { name: 'apron' });
    await userEvent.keyboard('{Tab}');
    expect(await box()).not.toHaveFocus();
    expect(router.state.location.search).toEqual({ q: 'apron' });
    await userEvent.click(screen.getByRole('link', { name: 'Library' }));
    await image(5);
    await userEvent.click(await box());
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(router.state.location.search).toEqual({ q: 'apron' });
    expect(await box()).toHaveValue('apron');
  });

  it('takes an example of the help', async () => {
    visit('/library?q=apron');
    await image(6);
    await userEvent.click(screen.getByRole('button', { name: 'What can be searched for' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Put “width:>=2000” into the search box' }),
    );
    expect(await box()).toHaveValue('apron width:>=2000');
    await vi.waitFor(async () => expect(await box()).toHaveFocus());
  });
});

it('the order is a part of the query, and shuffling again makes another one', async () => {
  const router = visit('/library?q=apron');
  await image(6);
  const order = async (from: string, to: string) => {
    await userEvent.click(screen.getByRole('button', { name: `Order: ${from}` }));
    await userEvent.click(await screen.findByRole('menuitem', { name: to }));
  };
  await order('Newest first', 'Random');
  const first = router.state.location.search.q;
  expect(first).toMatch(/^apron order:random\(\d+\)$/);
  await order('Random', 'Shuffle again');
  expect(router.state.location.search.q).toMatch(/^apron order:random\(\d+\)$/);
  expect(router.state.location.search.q).not.toBe(first);
  await order('Random', 'Newest first');
  expect(router.state.location.search).toEqual({ q: 'apron' });
});

describe('saved searches', () => {
  const open = async () => userEvent.click(await screen.findByRole('button', { name: 'Saved searches' }));

  it('keeps the present one with a name, for everybody if wanted', async () => {
    vi.mocked(savedSearchesKeep).mockResolvedValue(saved({}));
    visit('/library?q=apron');
    await image(6);
    await open();
    await userEvent.type(await screen.findByRole('textbox', { name: 'Name' }), 'Aprons');
    await userEvent.click(screen.getByRole('switch', { name: 'Everybody may use it' }));
    await userEvent.click(screen.getByRole('button', { name: 'Keep this search' }));
    expect(await screen.findByText('“Aprons” is kept.')).toBeVisible();
    expect(vi.mocked(savedSearchesKeep).mock.calls[0]?.[0]).toMatchObject({
      body: { name: 'Aprons', query: 'apron', shared: true },
    });
  });

  it('uses one, also one that somebody else shares, and removes only one’s own', async () => {
    vi.mocked(savedSearchesList).mockResolvedValue([
      saved({}),
      saved({ id: 2, name: 'Red', query: 'apron', mine: false, shared: true, by: 'bob' }),
    ]);
    const router = visit('/library');
    await open();
    expect(await screen.findByRole('button', { name: 'Remove “Aprons to check”' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Remove “Red”' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: /^Redshared by bob/ }));
    expect(await image(6)).toBeVisible();
    expect(router.state.location.search).toEqual({ q: 'apron' });
  });

  it('removes one, and gives it back', async () => {
    vi.mocked(savedSearchesList).mockResolvedValue([saved({ shared: true })]);
    vi.mocked(savedSearchesRemove).mockResolvedValue(undefined as never);
    vi.mocked(savedSearchesKeep).mockResolvedValue(saved({}));
    visit('/library');
    await open();
    await userEvent.click(await screen.findByRole('button', { name: 'Remove “Aprons to check”' }));
    expect(vi.mocked(savedSearchesRemove).mock.calls[0]?.[0]).toMatchObject({ path: { search_id: 1 } });
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await vi.waitFor(() =>
      expect(vi.mocked(savedSearchesKeep).mock.calls[0]?.[0]).toMatchObject({
        body: { name: 'Aprons to check', query: 'unknown:apron', shared: true },
      }),
    );
  });
});
