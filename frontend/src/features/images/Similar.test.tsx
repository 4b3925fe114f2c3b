import { screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { imagesSimilar } from '@/client';
import { card } from '@/features/review/testing';
import { openPage } from '@/lib/testing/page';
import { Similar } from './Similar';

vi.mock('@/client', { spy: true });
beforeEach(() => vi.clearAllMocks());

const open = (pretagged = true) => openPage(() => <Similar id={7} pretagged={pretagged} />, ['image.view']);

it('shows similar images as links, with how similar they are', async () => {
  const rows = [0.97, 0.8].map((similarity, place) => ({ image: card(place + 1).image, similarity }));
  vi.mocked(imagesSimilar).mockResolvedValue(rows);
  open();
  const links = await screen.findAllByRole('link');
  expect(links.map((link) => [link.getAttribute('aria-label'), link.getAttribute('href')])).toEqual([
    ['image-1.jpg, 97% similar', '/images/1'],
    ['image-2.jpg, 80% similar', '/images/2'],
  ]);
  expect(vi.mocked(imagesSimilar).mock.calls[0]?.[0]).toMatchObject({
    path: { image_id: 7 },
    query: { limit: 24 },
  });
});

it('says that there is nothing like it', async () => {
  vi.mocked(imagesSimilar).mockResolvedValue([]);
  open();
  expect(await screen.findByText(/There is nothing like it yet/)).toBeVisible();
});

it('asks for nothing before the tagger has looked at the image', async () => {
  open(false);
  expect(await screen.findByText(/as soon as the tagger has looked at this image/)).toBeVisible();
  expect(imagesSimilar).not.toHaveBeenCalled();
});

it('asks only when somebody comes near it', async () => {
  const seen = vi.spyOn(window.IntersectionObserver.prototype, 'observe').mockImplementation(() => {});
  open();
  expect(await screen.findByText('More like this')).toBeVisible();
  expect(seen).toHaveBeenCalled();
  expect(imagesSimilar).not.toHaveBeenCalled();
});

it('shows what went wrong', async () => {
  vi.mocked(imagesSimilar).mockRejectedValue(new Error('The server is away.'));
  open();
  expect(await screen.findByText('The server is away.')).toBeVisible();
});
