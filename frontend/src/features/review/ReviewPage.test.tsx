import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tagsComplete } from '@/client';
import { makeQueryClient } from '@/lib/query';
import { overviewQuery, sessionQuery } from '@/lib/session';
import { bindShortcuts } from '@/lib/shortcuts';
import * as api from './api';
import { ReviewPage } from './ReviewPage';
import { card, cards, completed, overview, person } from './testing';

vi.mock('./api');
vi.mock('@/client', { spy: true });

let unbind: () => void;
let user: number;
let made = 100;

/** Everybody has a desk of their own, so each test is another person. */
async function open(...dealt: Parameters<typeof cards>) {
  vi.mocked(api.dealCards).mockImplementation(async () => cards(...dealt));
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false, staleTime: 60_000 } });
  client.setQueryData(sessionQuery.queryKey, { user: person(user) });
  client.setQueryData(overviewQuery.queryKey, overview({ images: dealt.length }));
  const root = createRootRoute();
  const review = createRoute({ getParentRoute: () => root, path: '/review', component: ReviewPage });
  const rest = createRoute({ getParentRoute: () => root, path: '$', component: () => null });
  const history = createMemoryHistory({ initialEntries: ['/review'] });
  const router = createRouter({ routeTree: root.addChildren([review, rest]), history });
  const page = render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        {/* biome-ignore lint/suspicious/noExplicitAny: a small router of its own, not the product's */}
        <RouterProvider router={router as any} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return page;
}

const question = async () => (await screen.findByTestId('question')).textContent;
const picture = () => document.querySelector('img[data-now]')?.getAttribute('src');
const sent = () => vi.mocked(api.sendAnswers).mock.calls.flatMap(([answers]) => answers);

beforeEach(() => {
  localStorage.clear();
  made += 1;
  user = made;
  unbind = bindShortcuts();
  HTMLImageElement.prototype.decode = async () => undefined;
  vi.mocked(api.sendAnswers).mockReset().mockResolvedValue({ recorded: 1, repeated: 0 });
  vi.mocked(api.retractAnswer).mockReset().mockResolvedValue(undefined);
  vi.mocked(api.releaseCards).mockReset().mockResolvedValue(undefined);
  vi.mocked(api.readProgress).mockResolvedValue({
    answers: 0,
    answers_today: 0,
    mine: 7,
    mine_today: 7,
    images_left: 2,
    questions_left: 4,
  });
});
afterEach(() => unbind());

it('answers by key, goes on to the next image at once, and comes back by undo', async () => {
  await open(card(1), card(2));
  expect(await question()).toBe('apron');
  await userEvent.keyboard('y');
  expect(await question()).toBe('bow');
  await userEvent.keyboard('n');
  expect([await question(), picture()]).toEqual(['apron', '/files/2.jpg']);
  await userEvent.keyboard('{Backspace}');
  expect([await question(), picture()]).toEqual(['bow', '/files/1.jpg']);
  expect(screen.getByText('8')).toBeVisible();
  await vi.waitFor(() => expect(sent()).toHaveLength(1), 3_000);
  expect(sent()[0]).toMatchObject({ image_id: 1, tag: 'apron', verdict: 'yes', view: 'card', how: 'asked' });
  expect(api.retractAnswer).not.toHaveBeenCalled();
});

it('ignores a key that is held down', async () => {
  await open(card(1), card(2));
  await question();
  await userEvent.keyboard('{y>5/}');
  expect(await question()).toBe('bow');
});

it('takes “only at full size” and “unsure” by their keys', async () => {
  await open(card(1, ['apron', 'bow', 'cape']));
  await question();
  await userEvent.keyboard('{Shift>}y{/Shift} ');
  expect(await question()).toBe('cape');
  await vi.waitFor(() => expect(sent()).toHaveLength(2), 3_000);
  expect(sent().map(({ verdict, at_full_size }) => [verdict, at_full_size])).toEqual([
    ['yes', true],
    ['unsure', false],
  ]);
});

it('adds a tag by typing, and leaves the question where it was', async () => {
  vi.mocked(tagsComplete).mockResolvedValue([completed('scarf')]);
  await open(card(1));
  await question();
  await userEvent.keyboard('/scar{Tab}{Enter}');
  expect(await screen.findByRole('region', { name: 'You added' })).toHaveTextContent('scarf');
  await vi.waitFor(() => expect(sent()).toHaveLength(1), 3_000);
  expect(sent()[0]).toMatchObject({ tag: 'scarf', verdict: 'yes', how: 'typed' });
  expect(await question()).toBe('apron');
  expect(document.activeElement).toBe(document.body);
});

it('answers a suggestion by its number', async () => {
  await open(card(1, ['apron', 'bow'], ['hat', 'shoes']));
  await question();
  await userEvent.keyboard('2');
  await vi.waitFor(() => expect(sent()).toHaveLength(1), 3_000);
  expect(sent()[0]).toMatchObject({ tag: 'shoes', verdict: 'yes', how: 'accepted', shown: { position: 1 } });
});

it('shows one image as the tagger sees it, and the next as it is', async () => {
  await open(card(1, ['apron']), card(2));
  await question();
  await userEvent.keyboard('v');
  expect(screen.getByRole('img', { name: /image-1.jpg as the tagger sees it/ })).toBeVisible();
  expect(picture()).toBeUndefined();
  await userEvent.keyboard('y');
  expect(screen.queryByRole('img', { name: /as the tagger sees it/ })).toBeNull();
  expect(picture()).toBe('/files/2.jpg');
});

it('says how many answers are unsent, and keeps them', async () => {
  vi.mocked(api.sendAnswers).mockRejectedValue(new TypeError('Failed to fetch'));
  await open(card(1));
  await question();
  await userEvent.keyboard('y');
  expect(await screen.findByText('1 unsent')).toBeVisible();
  expect(Object.keys(localStorage).some((key) => key.includes(`.user.${user}.`))).toBe(true);
});

it('is satisfied when everything is answered, and can still undo', async () => {
  await open(card(1, ['apron']));
  await question();
  vi.mocked(api.dealCards).mockImplementation(async () => ({ ...cards(), images_left: 0 }));
  await userEvent.keyboard('y');
  expect(await screen.findByText('Everything is answered')).toBeVisible();
  await userEvent.keyboard('{Backspace}');
  expect(await question()).toBe('apron');
});

it('shows what went wrong and tries again', async () => {
  await open();
  vi.mocked(api.dealCards).mockRejectedValue(new Error('The server is away.'));
  await act(() => vi.waitFor(() => expect(screen.queryByText('The server is away.')).toBeVisible(), 5_000));
  vi.mocked(api.dealCards).mockResolvedValue(cards(card(1)));
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await question()).toBe('apron');
});
