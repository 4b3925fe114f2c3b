import { Loader, Paper, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconBook2 } from '@tabler/icons-react';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { TagRow } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { TagName } from '@/components/TagName';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { F1Bar } from './F1Bar';
import { Marks, marksOf } from './Marks';
import classes from './TagList.module.css';

export const rowHeight = 36;

type Props = {
  rows: TagRow[];
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'isFetchNextPageError' | 'error'
  >;
  /** They are of the question before, until the answer to this one comes. */
  stale: boolean;
};

/** The tags found; only the rows near the window exist. */
export function TagList({ rows, query, stale }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  });

  // After every drawing: what is above the list comes and goes.
  useLayoutEffect(() => {
    const now = (area.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(now - top) >= 1) setTop(now);
  });

  const shown = virtual.getVirtualItems();
  const nearEnd = (shown.at(-1)?.index ?? 0) + 20 >= rows.length;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  return (
    <>
      <Paper withBorder className={classes.table} data-stale={stale || undefined}>
        <div className={classes.head} aria-hidden="true">
          <span>{t('tags.column_name')}</span>
          <span className={classes.marks} />
          <span className={classes.f1}>{t('tags.column_f1')}</span>
          <span className={classes.count}>{t('tags.column_images')}</span>
          <span className={classes.count}>{t('tags.column_posts')}</span>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser, so this cannot be a <ul> */}
        <div
          role="list"
          ref={area}
          aria-label={t('tags.list')}
          aria-busy={stale}
          className={classes.area}
          style={{ height: virtual.getTotalSize() }}
        >
          {shown.map(({ key, index, start }) => {
            const row = rows[index];
            return row && <Row key={key} tag={row} place={start - top} />;
          })}
        </div>
      </Paper>
      <div aria-live="polite" className={classes.more}>
        {isFetchingNextPage && (
          <>
            <Loader size="sm" />
            <VisuallyHidden>{t('app.loading')}</VisuallyHidden>
          </>
        )}
        {isFetchNextPageError && (
          <ErrorState title={t('tags.moreFailed')} problem={query.error} onRetry={() => fetchNextPage()} />
        )}
      </div>
    </>
  );
}

const Row = memo(function Row({ tag, place }: { tag: TagRow; place: number }) {
  const { name, category, posts, images, f1, means } = tag;
  const said = [
    name,
    t(`tags.category_${category}`),
    t('tags.imagesHere', { count: images }),
    t('tags.posts', { count: posts }),
    means !== null && t('tags.meansShort', { name: means }),
    ...marksOf(tag).map((mark) => t(`tags.mark_${mark}`)),
    tag.guideline_version > 0 && t('tags.hasGuideline'),
  ].filter((part) => part !== false);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the list around it
    <div role="listitem" className={classes.item} style={{ transform: `translateY(${place}px)` }}>
      <Link to="/tag" search={{ name }} className={classes.row} aria-label={said.join(', ')}>
        <span className={classes.name}>
          <TagName name={name} category={category} />
          {means !== null && (
            <Text span size="xs" c="dimmed">
              {' → '}
              <TagName name={means} />
            </Text>
          )}
        </span>
        <span className={classes.marks}>
          <Marks tag={tag} size="xs" />
          {tag.guideline_version > 0 && (
            <IconBook2 size={15} className={classes.book} aria-hidden="true">
              <title>{t('tags.hasGuideline')}</title>
            </IconBook2>
          )}
        </span>
        <span className={classes.f1}>{f1 !== null && <F1Bar f1={f1} />}</span>
        <span className={classes.count}>{formatNumber(images)}</span>
        <span className={classes.count}>{formatNumber(posts)}</span>
      </Link>
    </div>
  );
});

export function TagListSkeleton() {
  return (
    <Paper withBorder p="md" role="status" aria-label={t('app.loading')}>
      <Stack gap={18}>
        {[34, 22, 41, 28, 37, 25, 31].map((width) => (
          <Skeleton h={14} w={`${width}%`} key={width} />
        ))}
      </Stack>
    </Paper>
  );
}
