import { useQuery } from '@tanstack/react-query';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type Action,
  type AnswersIn,
  answersPost,
  type CompletedTag,
  completionsSet,
  historyAnswers,
  type ImageDetail,
  imagesGet,
  type LabelRow,
  overview as overviewGet,
  tagsComplete,
  undosMake,
  undosReverse,
  type WantedCompletion,
} from '@/client';
import { event, undo } from '@/features/history/testing';
import { card, overview } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { bindShortcuts } from '@/lib/shortcuts';
import { openPage } from '@/lib/testing/page';
import { imageQuery } from './api';
import { Labels } from './Labels';
import { Timeline } from './Timeline';
import { useAnswering } from './useAnswering';

vi.mock('@/client', { spy: true });
// Many keys and clicks, one after another.
vi.setConfig({ testTimeout: 30_000 });

const label = (tag: string, said: Partial<LabelRow> = {}): LabelRow => ({
  tag,
  category: 'general',
  state: 'positive',
  source: 'imported',
  automatic: false,
  ...said,
});
const answer = (id: string, tag: string, said: Partial<ImageDetail['answers'][number]> = {}) => ({
  id,
  tag,
  category: 'general',
  verdict: 'yes' as const,
  how: 'typed' as const,
  probability: null,
  by: 'somebody',
  mine: true,
  at: '2026-01-02T00:00:00Z',
  retracted: false,
  ...said,
});
const tags: CompletedTag[] = ['apron', 'apron_dress', 'hat', 'kettle'].map((name) => ({
  name,
  alias: name === 'hat' ? 'headwear' : '',
  category: 'general',
  posts: 10,
  deprecated: false,
}));

let image: ImageDetail;
function known(said: Partial<ImageDetail>): void {
  image = {
    ...card(1).image,
    labels: [],
    suggestions: [],
    answers: [],
    completions: [],
    imports: [],
    duplicates: [],
    pretag_error: '',
    ...said,
  } as unknown as ImageDetail;
  vi.mocked(imagesGet).mockImplementation((async () => image) as unknown as typeof imagesGet);
}

function Page() {
  const data = useQuery(imageQuery(1)).data;
  return data && <Panel image={data} />;
}

function Panel({ image: shown }: { image: ImageDetail }) {
  const answering = useAnswering(shown);
  return (
    <>
      <Labels image={shown} answering={answering} mayAnswer />
      <Timeline image={shown} answering={answering} />
    </>
  );
}

let unbind: () => void;
beforeEach(() => {
  vi.clearAllMocks();
  unbind = bindShortcuts();
  known({ labels: [label('sky')] });
  vi.mocked(overviewGet).mockResolvedValue(overview());
  vi.mocked(answersPost).mockImplementation((async ({ body }: { body: AnswersIn }) => {
    for (const { tag, verdict } of body.answers) {
      const others = image.labels.filter((each) => each.tag !== tag);
      const state = verdict === 'yes' ? 'positive' : 'negative';
      image = { ...image, labels: [...others, label(tag, { state, source: 'answered' })] };
    }
    return { recorded: 1, repeated: 0 };
  }) as unknown as typeof answersPost);
  vi.mocked(undosMake).mockResolvedValue(undo({ id: 5, answers: 1 }));
  vi.mocked(undosReverse).mockResolvedValue(undo({ id: 6, reverses: 5 }));
  vi.mocked(completionsSet).mockImplementation((async ({ body }: { body: WantedCompletion }) => {
    const others = image.completions.filter(({ mine }) => !mine);
    const own = { by: 'somebody', at: '2026-01-05T00:00:00Z', mine: true };
    image = { ...image, completions: body.complete ? [...others, own] : others };
  }) as unknown as typeof completionsSet);
  vi.mocked(historyAnswers).mockResolvedValue({ items: [], next: null });
  vi.mocked(tagsComplete).mockImplementation((async ({ query }: { query: { q: string } }) =>
    tags.filter(
      ({ name, alias }) => name.startsWith(query.q) || (alias !== '' && alias.startsWith(query.q)),
    )) as unknown as typeof tagsComplete);
});
afterEach(() => unbind());

const open = (actions: Action[] = ['answer']) => openPage(Page, actions);
const sent = () =>
  vi
    .mocked(answersPost)
    .mock.calls.flatMap(([{ body }]) => body.answers.map(({ tag, verdict, how }) => [tag, verdict, how]));
const field = () => screen.findByRole('combobox', { name: 'Add or remove tags' });
async function type(text: string): Promise<void> {
  await userEvent.click(await field());
  await userEvent.paste(text);
}
const rows = (name: string) =>
  within(screen.getByRole('region', { name }))
    .getAllByRole('listitem')
    .map((row) => row.textContent);

it('groups the tags by category, says where each comes from, and is quiet about what merely follows', async () => {
  known({
    labels: [
      label('highres', { category: 'meta', source: 'automatic', automatic: true }),
      label('apron', { source: 'implied' }),
      label('apron_dress', { source: 'answered' }),
      label('saber', { category: 'character', source: 'accepted' }),
      label('hat', { state: 'negative', source: 'answered' }),
    ],
  });
  open();
  await field();
  const groups = screen.getAllByRole('region').map((each) => each.getAttribute('aria-label'));
  expect(groups.filter(Boolean).slice(0, 3)).toEqual(['Character', 'General', 'Meta']);
  expect(rows('Meta')).toEqual(['highres']);
  const implied = screen.getByRole('img', { name: 'Follows from another tag' }).closest('li');
  expect(implied).toHaveAttribute('data-quiet');
  expect(implied).toHaveTextContent('apron');
  expect(screen.getByRole('img', { name: 'A suggestion that a person accepted' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'This image does not have highres' })).toBeNull();
  expect(screen.getByText('1 tag is not there')).toBeVisible();
});

it('adds and removes several tags typed at once, sends each difference, and keeps what nothing is called', async () => {
  known({ labels: [label('sky'), label('kettle', { source: 'answered' })] });
  open();
  await field();
  await userEvent.keyboard('e');
  expect(await field()).toHaveFocus();
  await type('apron -nowhere');
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText(/No tag is called -nowhere/)).toBeVisible();
  await userEvent.clear(await field());
  await type('headwear -kettle apron kettle');
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(sent()).toHaveLength(2));
  expect(sent()).toEqual([
    ['apron', 'yes', 'typed'],
    ['hat', 'yes', 'typed'],
  ]);
});

it('takes a tag away with a minus, and brings it back with one click', async () => {
  known({ labels: [label('hat')] });
  open();
  await type('-hat');
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText('Removed hat.', { selector: 'p' })).toBeVisible();
  expect(screen.getByText('1 tag is not there')).toBeVisible();
  expect(sent()).toEqual([['hat', 'no', 'typed']]);
  const [{ body }] = vi.mocked(answersPost).mock.calls[0] ?? [{ body: { answers: [] } }];
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await vi.waitFor(() =>
    expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({ answer_ids: [body.answers[0]?.id] }),
  );
});

it('completes the word at the caret', async () => {
  open();
  await type('hat -apron_');
  await screen.findByRole('option', { name: /apron_dress/ });
  await userEvent.keyboard('{Tab}');
  expect(await field()).toHaveValue('hat -apron_dress ');
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() =>
    expect(sent()).toEqual([
      ['hat', 'yes', 'typed'],
      ['apron_dress', 'no', 'typed'],
    ]),
  );
});

it('puts back what the server refuses, with its sentence', async () => {
  vi.mocked(answersPost).mockRejectedValue(
    new ApiError('deprecated_tag', '“hat” is deprecated: say what kind of hat.', 409),
  );
  open();
  await type('hat');
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText(/say what kind of hat/)).toBeVisible();
  expect(rows('General')).toEqual(['sky']);
  expect(screen.queryByText('Added hat.', { selector: 'p' })).toBeNull();
});

it('says no by a click, or takes one’s own answer back', async () => {
  known({ labels: [label('hat', { source: 'answered' }), label('sky')], answers: [answer('a', 'hat')] });
  open();
  await field();
  await userEvent.click(screen.getByRole('button', { name: 'This image does not have sky' }));
  await vi.waitFor(() => expect(sent()).toEqual([['sky', 'no', 'typed']]));
  await userEvent.click(screen.getByRole('button', { name: 'Take back my own answer to hat' }));
  await vi.waitFor(() => expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({ answer_ids: ['a'] }));
  await userEvent.click(await screen.findByRole('button', { name: 'Give it back' }));
  await vi.waitFor(() => expect(undosReverse).toHaveBeenCalledWith({ path: { undo_id: 5 } }));
});

it('marks a conflict, and leads to where it is settled', async () => {
  known({ labels: [label('fate/grand_order', { state: 'conflicting', source: 'answered' })] });
  open();
  const link = await screen.findByRole('link', { name: /is in conflict/ });
  expect(link).toHaveAttribute('href', '/conflicts?tag=fate%2Fgrand_order');
});

it('stays usable with a thousand tags', async () => {
  known({ labels: Array.from({ length: 1000 }, (_, place) => label(`tag_${place}`)) });
  open();
  await field();
  // Counted without roles: to compute those of a thousand rows takes longer than to draw them.
  const shown = () => document.querySelectorAll('section section li').length;
  expect(shown()).toBe(100);
  await userEvent.click(screen.getByPlaceholderText('Filter tags'));
  await userEvent.paste('tag_99');
  await vi.waitFor(() => expect(shown()).toBe(11));
});

it('calls the image complete, says who did, and takes it back', async () => {
  known({ completions: [{ by: 'ada', at: '2026-01-01T00:00:00Z', mine: false }] });
  open();
  const toggle = await screen.findByRole('switch', { name: /^Complete/ });
  expect(toggle).not.toBeChecked();
  expect(screen.getByText(/Said by ada/)).toBeVisible();
  await userEvent.click(toggle);
  await vi.waitFor(() => expect(toggle).toBeChecked());
  await vi.waitFor(() =>
    expect(completionsSet).toHaveBeenCalledWith({ body: { image_id: 1, complete: true } }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await vi.waitFor(() =>
    expect(completionsSet).toHaveBeenLastCalledWith({ body: { image_id: 1, complete: false } }),
  );
});

it('tells the history of the image, and who took what back', async () => {
  known({
    answers: [
      answer('b', 'hat', { by: 'ada', mine: false }),
      answer('a', 'bow', { retracted: true, at: '2026-01-01T00:00:00Z' }),
    ],
    completions: [{ by: 'eve', at: '2026-01-03T00:00:00Z', mine: false }],
    imports: [
      {
        origin: 'labels.csv',
        positive: ['sky', 'sea'],
        negative: ['hat'],
        complete: true,
        at: '2026-01-04T00:00:00Z',
        retracted: false,
      },
    ],
  });
  vi.mocked(historyAnswers).mockResolvedValue({
    items: [event('a', { tag: 'bow', retracted_by: 'eve', retracted_at: '2026-01-02T00:00:00Z' })],
    next: null,
  });
  open();
  const history = within(await screen.findByRole('region', { name: 'History' }));
  const lines = history.getAllByRole('listitem').map((line) => line.textContent);
  expect(lines[0]).toContain('3 tags came with labels.csv (complete)');
  expect(lines[1]).toContain('Nothing else is on iteve');
  expect(lines[2]).toContain('hat');
  expect(await history.findByText(/taken back by eve/)).toBeVisible();
  expect(history.queryByRole('button', { name: /^Take back the answer/ })).toBeNull();
});

it('lets curators take back what others said', async () => {
  known({ answers: [answer('b', 'hat', { by: 'ada', mine: false })] });
  open(['answer', 'label.curate']);
  await userEvent.click(await screen.findByRole('button', { name: 'Take back the answer “yes” to hat' }));
  await vi.waitFor(() => expect(vi.mocked(undosMake).mock.lastCall?.[0].body).toEqual({ answer_ids: ['b'] }));
});
