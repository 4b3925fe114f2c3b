import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type CompletedTag, tagsComplete } from '@/client';
import { completed } from '@/features/review/testing';
import { renderInApp } from '@/lib/testing/render';
import { TagInput } from './TagInput';

vi.mock('@/client', { spy: true });

const scarves = [
  completed('scarf', { posts: 181_234 }),
  completed('red_scarf', { alias: 'crimson_scarf' }),
  completed('scar', { deprecated: true }),
];
const onTag = vi.fn();
const field = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Add a tag' });
const options = () => screen.queryAllByRole('option').map((option) => option.textContent);
const marked = () => document.getElementById(field().getAttribute('aria-activedescendant') ?? '');

function open(props: Partial<Parameters<typeof TagInput>[0]> = {}, found: CompletedTag[] = scarves) {
  vi.mocked(tagsComplete).mockImplementation(async () => found);
  renderInApp(<TagInput onTag={onTag} {...props} />);
}

/** Types, waits for the tags, and goes on with keys. */
async function type(text: string, keys = '') {
  await userEvent.type(field(), text);
  await screen.findAllByRole('option');
  if (keys !== '') await userEvent.keyboard(keys);
}

beforeEach(() => {
  vi.clearAllMocks();
});

describe('the tags found', () => {
  it('are shown with the other name they were found by, how many posts have them, and what is deprecated', async () => {
    open();
    await type('scar');
    expect(options()).toEqual([
      'scarf181.2K181,234 posts',
      'crimson_scarf means red_scarf1.2K1,200 posts',
      'scardeprecated1.2K1,200 posts',
    ]);
    expect(screen.getByText('scarf', { selector: '[data-category]' })).toHaveAttribute(
      'data-category',
      'general',
    );
  });

  it('stay while those for the next letters are looked for', async () => {
    open();
    await type('sca');
    vi.mocked(tagsComplete).mockReturnValue(new Promise(() => undefined) as never);
    await userEvent.type(field(), 'r');
    expect(options()).toHaveLength(3);
  });

  it('are asked for once by a fast typist', async () => {
    open();
    for (const text of ['s', 'sc', 'sca', 'scar']) fireEvent.change(field(), { target: { value: text } });
    await screen.findAllByRole('option');
    expect(vi.mocked(tagsComplete).mock.calls.map(([asked]) => asked?.query?.q)).toEqual(['scar']);
  });
});

describe('Enter', () => {
  it('never takes a tag that was only suggested, and says how to take it', async () => {
    open({}, [completed('scarf')]);
    await type('scar', '{Enter}');
    expect(onTag).not.toHaveBeenCalled();
    expect(await screen.findByText('There is no tag “scar”. Tab takes “scarf”.')).toBeVisible();
    await userEvent.keyboard('{Tab}{Enter}');
    expect(onTag).toHaveBeenCalledWith('scarf');
  });

  it('takes the tag that was typed, however many are suggested before it', async () => {
    open();
    await type('scar', '{Enter}');
    await vi.waitFor(() => expect(onTag).toHaveBeenCalledWith('scar'));
    expect(field()).toHaveValue('');
    expect(field()).not.toHaveFocus();
  });

  it('takes what another name means', async () => {
    open();
    await type('Crimson scarf', '{Enter}');
    expect(onTag).toHaveBeenCalledWith('red_scarf');
  });

  it('takes the one that is marked', async () => {
    open();
    await type('scar', '{ArrowDown}{ArrowDown}');
    expect(marked()).toHaveTextContent('red_scarf');
    await userEvent.keyboard('{Enter}');
    expect(onTag).toHaveBeenCalledWith('red_scarf');
  });

  it('waits for the tags when it is faster than they are', async () => {
    open();
    await userEvent.type(field(), 'scarf{Enter}');
    await vi.waitFor(() => expect(onTag).toHaveBeenCalledWith('scarf'));
  });

  it('takes what was typed where new names are taken', async () => {
    open({ free: true }, []);
    await userEvent.type(field(), 'Striped Scarf{Enter}');
    await vi.waitFor(() => expect(onTag).toHaveBeenCalledWith('striped_scarf'));
  });
});

describe('the other keys', () => {
  it('Tab completes the first or the marked one and stays, then goes on to what comes next', async () => {
    open({}, [completed('scarf')]);
    await type('sc');
    await userEvent.keyboard('{Tab}');
    expect(field()).toHaveValue('scarf');
    expect(field()).toHaveFocus();
    expect(onTag).not.toHaveBeenCalled();
    await userEvent.keyboard('{Tab}');
    expect(field()).not.toHaveFocus();
  });

  it('Tab leaves a field in which nothing was typed, and one whose tags cannot be had', async () => {
    open();
    vi.mocked(tagsComplete).mockRejectedValue(new Error('The server is away.'));
    await userEvent.click(field());
    await userEvent.keyboard('{Tab}');
    expect(field()).not.toHaveFocus();
    expect(tagsComplete).not.toHaveBeenCalled();
    await userEvent.type(field(), 'scar');
    expect(await screen.findByText('The server is away.')).toBeVisible();
    await userEvent.keyboard('{Tab}');
    expect(field()).not.toHaveFocus();
  });

  it('Tab completes what was typed before its tags have come', async () => {
    open();
    await userEvent.type(field(), 'scar{Tab}');
    await vi.waitFor(() => expect(field()).toHaveValue('scarf'));
    expect(field()).toHaveFocus();
  });

  it('arrows go round by way of what was typed', async () => {
    open();
    await type('scar', '{ArrowUp}');
    expect(marked()).toHaveTextContent(/^scardeprecated/);
    await userEvent.keyboard('{ArrowDown}');
    expect(marked()).toBeNull();
    expect(field()).toHaveAttribute('aria-expanded', 'true');
  });

  it('Ctrl+Enter takes the first', async () => {
    open();
    await type('scar', '{Control>}{Enter}{/Control}');
    expect(onTag).toHaveBeenCalledWith('scarf');
  });

  it('Escape closes the list, and then leaves', async () => {
    open();
    await type('scar', '{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(field()).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    expect(field()).not.toHaveFocus();
    expect(field()).toHaveValue('');
  });
});
