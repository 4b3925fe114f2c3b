import { screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { imagesGet } from '@/client';
import { card } from '@/features/review/testing';
import { imagesQuery } from '@/lib/images';
import { openPage } from '@/lib/testing/page';
import { Neighbours } from './Neighbours';

vi.mock('@/client', { spy: true });

/** The page of image 2, with what the library and a search have found. */
function open(address: string, lists: Record<string, number[]>) {
  const client = openPage(() => <Neighbours id={2} />, ['image.view'], address);
  for (const [q, ids] of Object.entries(lists)) {
    const items = ids.map((id) => card(id).image);
    client.setQueryData(imagesQuery(q).queryKey, {
      pages: [{ items, next: null, tagger: null }],
      pageParams: [null],
    });
  }
}
const href = async (name: string) => (await screen.findByRole('link', { name })).getAttribute('href');

beforeEach(() => {
  vi.mocked(imagesGet).mockReturnValue(new Promise(() => undefined) as never);
});

it('goes on in the search the image was found by, and back to it', async () => {
  open('?q=apron', { '': [3, 2, 1], apron: [7, 2, 9] });
  expect(await href('Previous image')).toBe('/images/7?q=apron');
  expect(await href('Next image')).toBe('/images/9?q=apron');
  expect(await href('Back to the library')).toBe('/library?q=apron');
});

it('goes on in the library where there was no search, and in any list that has the image', async () => {
  open('', { '': [3, 2, 1], apron: [7, 2, 9] });
  expect(await href('Next image')).toBe('/images/1');
  expect(await href('Back to the library')).toBe('/library');
});
