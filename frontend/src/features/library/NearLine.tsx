import { Stack, Text } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type BorderlineListResponse, borderlineList } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { formatAgo, formatProbability } from '@/lib/format';
import { t } from '@/lib/i18n';
import { backingOff } from '@/lib/polling';
import { Filter } from './Filter';
import { GridSkeleton } from './GridSkeleton';
import { ImageGrid } from './ImageGrid';
import type { ThumbnailSize } from './SizeControl';

const borderlineQuery = (tag: string) =>
  queryOptions({
    queryKey: ['borderline', tag],
    queryFn: ({ signal }) => borderlineList({ query: { tag }, signal }),
    // It is made in the background.
    refetchInterval: backingOff<BorderlineListResponse>((found) => found?.made_at === null, { stop: true }),
  });

/** All there is comes at once. */
const atOnce = {
  hasNextPage: false,
  isFetchingNextPage: false,
  isFetchNextPageError: false,
  error: null,
  fetchNextPage: () => Promise.reject(new Error('there is no next page')),
} as const;

type Props = { tag: string; size: ThumbnailSize };

/** The images about which the tagger is least sure whether they have one tag. */
export function NearLine({ tag, size }: Props) {
  const near = useQuery(borderlineQuery(tag));
  return (
    <Stack gap="md">
      <Filter text={t('library.nearPill', { tag })} />
      {near.isPending && <GridSkeleton size={size} />}
      {near.isError && (
        <ErrorState
          problem={near.error}
          title={t('library.nearFailed')}
          onRetry={() => void near.refetch()}
        />
      )}
      {near.data && <Found found={near.data} size={size} />}
    </Stack>
  );
}

function Found({ found, size }: { found: BorderlineListResponse; size: ThumbnailSize }) {
  const { tag, line, images, made_at: madeAt } = found;
  const cards = useMemo(() => images.map(({ image }) => image), [images]);
  const said = useMemo(
    () => new Map(images.map(({ image, probability }) => [image.id, { probability, line }])),
    [images, line],
  );
  if (madeAt === null) {
    return (
      <EmptyState
        icon={IconArrowsSplit2}
        title={t('library.nearNotYetTitle')}
        text={t('library.nearNotYetText', { tag })}
      />
    );
  }
  if (images.length === 0) {
    return (
      <EmptyState
        icon={IconArrowsSplit2}
        title={t('library.nearNoneTitle')}
        text={t('library.nearNoneText', { tag })}
      />
    );
  }
  return (
    <>
      <Text size="sm" c="dimmed" maw="85ch">
        {t('library.nearText', { line: formatProbability(line), ago: formatAgo(madeAt) })}
      </Text>
      <ImageGrid images={cards} query={atOnce} size={size} said={said} />
    </>
  );
}
