import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Action, type TaggersTryResponse, taggersList, taggersTry, uploadOpen } from '@/client';
import { tagger } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { bindShortcuts } from '@/lib/shortcuts';
import { openPage } from '@/lib/testing/page';
import { TryPage } from './TryPage';

vi.mock('@/client', { spy: true });

const READER: Action[] = ['image.view', 'tagger.view'];
const CURATOR: Action[] = [...READER, 'image.upload'];
const said = (tag: string, probability: number, category = 'general') => ({
  tag,
  category,
  score: probability + 0.1,
  probability,
  line: 0.25,
});
const trial: TaggersTryResponse = {
  tagger: { id: 3, name: 'JoyTag' },
  name: 'cat.png',
  width: 800,
  height: 600,
  image_id: null,
  threshold: 0.4,
  tags: [said('hat', 0.8), said('miku', 0.7, 'character'), said('bow', 0.2), said('cup', 0.1)],
  seconds: 0.31,
};
const file = (name = 'cat.png', type = 'image/png') => new File(['pixels'], name, { type });
const asked = () => vi.mocked(taggersTry).mock.calls.map(([options]) => options);

let unbind: () => void;
beforeEach(() => {
  vi.clearAllMocks();
  unbind = bindShortcuts();
  URL.createObjectURL = vi.fn((of) => `blob:${(of as File).name}`);
  URL.revokeObjectURL = vi.fn();
  const other = { ...tagger, id: 4, name: 'Other', state: 'candidate' } as const;
  const loading = { ...tagger, id: 5, name: 'Half', state: 'registering', width: 0 } as const;
  vi.mocked(taggersList).mockResolvedValue({ items: [other, tagger, loading], next: null });
  vi.mocked(taggersTry).mockResolvedValue(trial);
});
afterEach(() => unbind());

async function open(actions = READER) {
  openPage(TryPage, actions);
  return screen.findByRole('button', { name: 'Choose a picture' });
}

/** Pasting as a browser tells of it; jsdom has no clipboard. */
function paste(files: File[], target: Element = document.body) {
  fireEvent.paste(target, { clipboardData: { files, items: [], types: files.length ? ['Files'] : [] } });
}

const tags = () => screen.queryAllByRole('listitem').map((row) => row.textContent);

describe('a picture', () => {
  it('is pasted anywhere, shown to the serving tagger, and its tags are grouped', async () => {
    await open();
    paste([file()]);
    expect(await screen.findByRole('region', { name: 'What JoyTag sees' })).toHaveTextContent(
      '800 × 600, looked at in 0.31 sec',
    );
    expect(asked()[0]).toMatchObject({ path: { tagger_id: 3 }, query: { name: 'cat.png' } });
    expect(asked()[0]?.body).toBeInstanceOf(File);
    expect(tags()).toEqual(['miku70%', 'hat80%']);
    expect(within(screen.getByRole('region', { name: 'Character' })).getByText('miku')).toBeVisible();
  });

  it('is chosen in a dialog; a pasted text leaves it alone and says why', async () => {
    await open();
    paste([]);
    expect(await screen.findByText('There is no picture on the clipboard.')).toBeVisible();
    expect(taggersTry).not.toHaveBeenCalled();
    await userEvent.upload(document.querySelector('input[type=file]') as HTMLInputElement, file());
    expect(await screen.findByText('2 tags shown, of 4')).toBeVisible();
  });

  it('is the first picture of several files, and the newest of several pastes', async () => {
    await open();
    paste([file('notes.txt', 'text/plain'), file('dog.png'), file('cat.png')]);
    expect(await screen.findByText(/One picture at a time/)).toBeVisible();
    paste([file('later.png')]);
    await vi.waitFor(() => expect(asked()).toHaveLength(2));
    expect(asked().map((options) => options.query?.name)).toEqual(['dog.png', 'later.png']);
    expect(vi.mocked(URL.revokeObjectURL).mock.calls).toEqual([['blob:dog.png']]);
  });

  it('can be shown to every loaded tagger, to each once', async () => {
    await open();
    paste([file()]);
    await screen.findByText('2 tags shown, of 4');
    const choose = async (name: RegExp) => {
      await userEvent.click(screen.getByRole('combobox', { name: 'Tagger' }));
      await userEvent.click(await screen.findByRole('option', { name }));
    };
    await choose(/Other \(Candidate\)/);
    expect(screen.queryByRole('option', { name: /Half/ })).toBeNull();
    await vi.waitFor(() => expect(asked().map(({ path }) => path.tagger_id)).toEqual([3, 4]));
    await choose(/JoyTag \(Serving\)/);
    expect(await screen.findByText('2 tags shown, of 4')).toBeVisible();
    expect(taggersTry).toHaveBeenCalledTimes(2);
  });
});

describe('the threshold', () => {
  it('shows more and fewer tags, and goes back to each tag’s own line', async () => {
    await open();
    paste([file()]);
    const slider = await screen.findByRole('slider');
    expect(slider).toHaveAttribute('aria-valuetext', 'Each tag from its own line on');
    slider.focus();
    await userEvent.keyboard('{Home}');
    expect(screen.getByText('4 tags shown, of 4')).toBeVisible();
    expect(tags()).toEqual(['miku70%', 'hat80%', 'bow20%', 'cup10%']);
    await userEvent.keyboard('{End}');
    expect(screen.getByText('0 tags shown, of 4')).toBeVisible();
    expect(screen.getByText(/Move the slider to the left/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Back to each tag’s own line' }));
    expect(screen.getByText('2 tags shown, of 4')).toBeVisible();
  });

  it('decides what is copied', async () => {
    const user = userEvent.setup();
    await open();
    paste([file()]);
    await screen.findByText('2 tags shown, of 4');
    await user.keyboard('c');
    expect(await screen.findByText('Copied')).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe('hat, miku');
  });
});

describe('the library', () => {
  it('is linked where it has the very picture', async () => {
    vi.mocked(taggersTry).mockResolvedValue({ ...trial, image_id: 12 });
    await open(CURATOR);
    paste([file()]);
    expect(await screen.findByRole('link', { name: 'The library has this picture' })).toHaveAttribute(
      'href',
      '/images/12',
    );
    expect(screen.queryByRole('button', { name: 'Add to the library' })).toBeNull();
  });

  it('takes the picture only when asked, from those who may upload', async () => {
    vi.mocked(uploadOpen).mockReturnValue(new Promise(() => {}) as never);
    await open(CURATOR);
    paste([file()]);
    const add = await screen.findByRole('button', { name: 'Add to the library' });
    expect(uploadOpen).not.toHaveBeenCalled();
    await userEvent.click(add);
    expect(await screen.findByText('Sending')).toBeVisible();
    expect(uploadOpen).toHaveBeenCalledTimes(1);
  });

  it('is not offered to others', async () => {
    await open(READER);
    paste([file()]);
    await screen.findByText('2 tags shown, of 4');
    expect(screen.queryByRole('button', { name: 'Add to the library' })).toBeNull();
  });
});

describe('when it goes wrong', () => {
  it('shows the sentence of the server and tries again where that may help', async () => {
    vi.mocked(taggersTry).mockRejectedValueOnce(new ApiError('busy', 'No worker answered.', 503));
    await open();
    paste([file()]);
    expect(await screen.findByText('No worker answered.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('2 tags shown, of 4')).toBeVisible();
  });

  it('does not try again what is no picture', async () => {
    vi.mocked(taggersTry).mockRejectedValue(new ApiError('unreadable', 'This is no image.', 400));
    await open();
    paste([file()]);
    expect(await screen.findByText('This is no image.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('says that there is no tagger', async () => {
    vi.mocked(taggersList).mockResolvedValue({ items: [], next: null });
    openPage(TryPage, READER);
    expect(await screen.findByText('No tagger is loaded yet')).toBeVisible();
  });
});
