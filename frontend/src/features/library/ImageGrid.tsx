import { Loader, VisuallyHidden } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ImageCard } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import type { Said } from '@/components/ProbabilityBar';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import classes from './ImageGrid.module.css';
import { ImageTile } from './ImageTile';
import { leastWidth, type ThumbnailSize } from './SizeControl';
import { useGridKeys } from './useGridKeys';

const gap = 12;

type Props = {
  images: ImageCard[];
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'isFetchNextPageError' | 'error'
  >;
  size: ThumbnailSize;
  /** The search that found them: the page of an image goes on in it. */
  q?: string;
  /** What the tagger says of each image, by its id, where the grid is about one tag. */
  said?: ReadonlyMap<number, Pick<Said, 'probability' | 'line'>>;
};

/** The images in rows; only the rows near the window exist. Arrows move, Enter opens. */
export function ImageGrid({ images, query, size, q = '', said }: Props) {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const area = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const columns = Math.max(2, Math.floor((width + gap) / (leastWidth[size] + gap)));
  const side = width > 0 ? (width - gap * (columns - 1)) / columns : leastWidth[size];
  const rows = useWindowVirtualizer({
    count: Math.ceil(images.length / columns),
    estimateSize: () => side + gap,
    overscan: 3,
    scrollMargin: top,
    scrollPaddingStart: 72,
    scrollPaddingEnd: 24,
  });
  const keys = useGridKeys({ count: images.length, columns, area, reveal: (row) => rows.scrollToIndex(row) });

  // After every drawing: what is above the grid comes and goes.
  useLayoutEffect(() => {
    const now = (area.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(now - top) >= 1) setTop(now);
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are of another height now
  useEffect(() => rows.measure(), [side]);

  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const nearEnd = (last + 4) * columns >= images.length;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  function onFocus(event: FocusEvent) {
    if (event.target === area.current) keys.focusActive();
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser, so this cannot be a <ul> */}
      <div
        role="list"
        ref={useMergedRef(sizeRef, area)}
        tabIndex={-1}
        aria-label={t('library.grid')}
        className={classes.area}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={keys.onKeyDown}
        onFocus={onFocus}
        data-shortcut-focus=""
        {...shortcut('ArrowRight,ArrowLeft,ArrowDown,ArrowUp', t('library.moveHint'))}
      >
        {shown.map((row) => (
          <div
            key={row.key}
            role="presentation"
            className={classes.row}
            style={{
              position: 'absolute',
              insetInline: 0,
              height: side,
              transform: `translateY(${row.start - top}px)`,
              gridTemplateColumns: `repeat(${columns}, 1fr)`,
            }}
          >
            {images.slice(row.index * columns, (row.index + 1) * columns).map((image, column) => {
              const index = row.index * columns + column;
              return (
                <ImageTile
                  key={image.id}
                  image={image}
                  index={index}
                  active={index === keys.active}
                  onActive={keys.setActive}
                  compact={size === 'small'}
                  q={q}
                  said={said?.get(image.id)}
                />
              );
            })}
          </div>
        ))}
      </div>
      <div aria-live="polite" className={classes.more}>
        {isFetchingNextPage && (
          <>
            <Loader size="sm" />
            <VisuallyHidden>{t('library.loadingMore')}</VisuallyHidden>
          </>
        )}
        {isFetchNextPageError && (
          <ErrorState title={t('library.moreFailed')} problem={query.error} onRetry={() => fetchNextPage()} />
        )}
      </div>
    </>
  );
}
