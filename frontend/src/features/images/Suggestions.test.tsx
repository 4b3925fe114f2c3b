import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answersPost, type ImageDetail, imagesPretag, overview as overviewGet } from '@/client';
import { card, overview } from '@/features/review/testing';
import { bindShortcuts } from '@/lib/shortcuts';
import { openPage } from '@/lib/testing/page';
import { Suggestions } from './Suggestions';
import { useAnswering } from './useAnswering';

vi.mock('@/client', { spy: true });

const said = (tag: string, score: number, probability: number) => ({
  tag,
  category: 'general',
  score,
  probability,
  line: 0.25,
  state: null,
});
const image = {
  ...card(1).image,
  suggestions: [said('hat', 0.8, 0.7), said('bow', 0.3, 0.2)],
  labels: [],
  answers: [],
  duplicates: [],
  pretag_error: '',
} as unknown as ImageDetail;

function Page() {
  return <Suggestions image={image} answering={useAnswering(image)} mayAnswer />;
}

function Failed() {
  const failed = { ...image, suggestions: [], pretag_error: 'Its file is missing.' };
  return <Suggestions image={failed} answering={useAnswering(failed)} mayAnswer />;
}

let unbind: () => void;
beforeEach(() => {
  vi.clearAllMocks();
  unbind = bindShortcuts();
  vi.mocked(overviewGet).mockResolvedValue(overview());
  vi.mocked(answersPost).mockResolvedValue({ recorded: 1, repeated: 0 });
});
afterEach(() => unbind());

it('shows how likely each tag is, and on which side of its line', async () => {
  openPage(Page, ['answer']);
  expect(await screen.findByText('70%')).toHaveAttribute('data-over');
  expect(screen.getByText('20%')).not.toHaveAttribute('data-over');
  expect(screen.getByText('20%')).toHaveAttribute('title', 'raw score .30');
});

it('sends what was shown with the answer', async () => {
  openPage(Page, ['answer']);
  await screen.findByText('70%');
  await userEvent.keyboard('n');
  await vi.waitFor(() => expect(answersPost).toHaveBeenCalledTimes(1));
  const [answer] = vi.mocked(answersPost).mock.calls[0]?.[0].body.answers ?? [];
  expect(answer).toMatchObject({ tag: 'hat', verdict: 'no', view: 'image' });
  expect(answer?.shown).toMatchObject({ score: 0.8, probability: 0.7, position: 0, questions: 2 });
});

it('offers to look again at what the tagger could not look at', async () => {
  vi.mocked(imagesPretag).mockResolvedValue(image);
  openPage(Failed, ['answer']);
  await screen.findByText(/Its file is missing/);
  await userEvent.click(screen.getByRole('button', { name: 'Look again' }));
  await vi.waitFor(() => expect(imagesPretag).toHaveBeenCalledWith({ path: { image_id: image.id } }));
});
