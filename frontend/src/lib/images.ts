/** The list of images, which the library shows and the image page walks through. */
import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import { type FoundImages, type ImageCard, imagesList } from '@/client';

const pageSize = 100;

/** The images that a query finds; all of them for none. */
export function imagesQuery(q = '') {
  return infiniteQueryOptions({
    queryKey: ['images', { q }] as const,
    queryFn: ({ pageParam, signal }) =>
      imagesList({ query: { q, cursor: pageParam, limit: pageSize }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: FoundImages) => last.next,
  });
}

export function flatImages(data: InfiniteData<FoundImages> | undefined): ImageCard[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
