/** The list of images, which the library shows and the image page walks through. */
import { type InfiniteData, infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { type ImageCard, imagesList, type PageImageCard } from '@/client';

const pageSize = 100;

export function imagesQuery(uploadId?: number) {
  return infiniteQueryOptions({
    queryKey: ['images', { uploadId }] as const,
    queryFn: ({ pageParam, signal }) =>
      imagesList({ query: { cursor: pageParam, limit: pageSize, upload_id: uploadId }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageImageCard) => last.next,
  });
}

export function flatImages(data: InfiniteData<PageImageCard> | undefined): ImageCard[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

export function useImages(uploadId?: number) {
  return useInfiniteQuery(imagesQuery(uploadId));
}
