import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type BorderlineListResponse, borderlineList, imagesList, tagsComplete } from '@/client';
import { card, completed } from '@/features/review/testing';
import { ApiError } from '@/lib/api';
import { openPage } from '@/lib/testing/page';
import { visit } from '@/lib/testing/visit';
import { NearLine } from './NearLine';

vi.mock('@/client', { spy: true });

const found: BorderlineListResponse = {
  tagger: { id: 3, name: 'JoyTag' },
  tag: 'hat',
  line: 0.25,
  threshold: 0.4,
  made_at: new Date().toISOString(),
  images: [
    { image: card(1).image, score: 0.41, probability: 0.26 },
    { image: card(2).image, score: 0.38, probability: 0.23 },
  ],
};

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(borderlineList).mockResolvedValue(found);
  vi.mocked(imagesList).mockResolvedValue({ items: [card(5).image], next: null, tagger: null });
});

const open = () => openPage(() => <NearLine tag="hat" size="medium" />, ['image.view']);

it('shows the images in the order of the server, with their probability and the side of the line', async () => {
  open();
  const links = await screen.findAllByRole('link', { name: /image-\d/ });
  expect(links.map((link) => link.getAttribute('aria-label'))).toEqual([
    'image-1.jpg, 26% likely to have the tag, Pre-tagged',
    'image-2.jpg, 23% likely to have the tag, Pre-tagged',
  ]);
  expect(screen.getByText('26%')).toHaveAttribute('data-over');
  expect(screen.getByText('23%')).not.toHaveAttribute('data-over');
  expect(screen.getByText(/the nearest to 25%, from where on it says yes/)).toBeVisible();
  expect(vi.mocked(borderlineList).mock.calls[0]?.[0]).toMatchObject({ query: { tag: 'hat' } });
});

it('says so while it is not made yet, and shows it when it is', async () => {
  vi.mocked(borderlineList).mockResolvedValueOnce({ ...found, made_at: null, images: [] });
  open();
  expect(await screen.findByText('Not looked for yet')).toBeVisible();
  expect(await screen.findByText('26%', {}, { timeout: 3_000 })).toBeVisible();
});

it('says that no image is near the line, and what went wrong', async () => {
  vi.mocked(borderlineList).mockResolvedValueOnce({ ...found, images: [] });
  open();
  expect(await screen.findByText('No image is near the line')).toBeVisible();
});

it('shows the sentence of the server when there is no such tag', async () => {
  vi.mocked(borderlineList).mockRejectedValue(new ApiError('not_found', 'There is no tag “hat”.', 404));
  open();
  expect(await screen.findByText('There is no tag “hat”.')).toBeVisible();
});

describe('the library', () => {
  it('is about one tag by its address, and about all images again', async () => {
    const router = visit('/library?near=hat');
    expect(await screen.findByText('26%', {}, { timeout: 5_000 })).toBeVisible();
    await userEvent.click(screen.getByRole('link', { name: 'Show all images' }));
    expect(await screen.findByRole('link', { name: /image-5/ })).toBeVisible();
    expect(router.state.location.search).toEqual({});
  });

  it('goes near the line of the tag that is typed', async () => {
    vi.mocked(tagsComplete).mockResolvedValue([completed('hat')]);
    const router = visit('/library');
    await userEvent.type(
      await screen.findByRole('combobox', { name: 'Images near the line of a tag' }, { timeout: 5_000 }),
      'hat{Enter}',
    );
    expect(await screen.findByText('26%')).toBeVisible();
    expect(router.state.location.search).toEqual({ near: 'hat' });
  });

  it('takes a tag that looks like a number for a tag', async () => {
    const router = visit('/library?near=2016');
    await screen.findByText('26%', {}, { timeout: 5_000 });
    expect(router.state.location.search).toEqual({ near: '2016' });
    expect(vi.mocked(borderlineList).mock.calls[0]?.[0]).toMatchObject({ query: { tag: '2016' } });
  });
});
