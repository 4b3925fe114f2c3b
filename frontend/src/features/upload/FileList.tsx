import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './FileList.module.css';
import { FileRow } from './FileRow';
import type { Item, Snapshot } from './types';

const rowHeight = 44;

type Filter = 'all' | 'problems' | 'duplicates' | 'near';
const keeps: Record<Filter, (item: Item) => boolean> = {
  all: () => true,
  problems: (item) => item.state === 'failed' || item.state === 'rejected',
  duplicates: (item) => item.state === 'duplicate',
  near: (item) => item.nearDuplicates > 0,
};

/** Every file with its progress and result; of thousands only the visible rows exist. */
export function FileList({ sending }: { sending: Snapshot }) {
  const [filter, setFilter] = useState<Filter>('all');
  const scroller = useRef<HTMLDivElement>(null);
  // The items change in place; a new snapshot is how their change is seen.
  const { items } = sending;
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => items.filter(keeps[filter]), [sending, filter]);
  const near = items.reduce((count, item) => count + (item.nearDuplicates > 0 ? 1 : 0), 0);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => shown[index]?.serial ?? index,
    measureElement: (element) => element.getBoundingClientRect().height,
    overscan: 8,
  });
  const withCount = (label: string, count: number) => (count > 0 ? `${label} ${formatNumber(count)}` : label);
  const { failed, rejected, duplicate } = sending.counts;
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t('upload.files')}
        value={filter}
        onChange={(value) => setFilter(value as Filter)}
        className={classes.filter}
        data={[
          { value: 'all', label: withCount(t('upload.filterAll'), sending.total) },
          { value: 'problems', label: withCount(t('upload.filterProblems'), failed + rejected) },
          { value: 'duplicates', label: withCount(t('upload.filterDuplicates'), duplicate) },
          { value: 'near', label: withCount(t('upload.filterNear'), near) },
        ]}
      />
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('upload.filterEmpty')}
        </Text>
      )}
      <section
        ref={scroller}
        className={classes.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
        tabIndex={0}
        aria-label={t('upload.files')}
      >
        <ul className={classes.list} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const item = shown[row.index];
            return (
              item && (
                <li
                  key={row.key}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className={classes.place}
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <FileRow {...item} />
                </li>
              )
            );
          })}
        </ul>
      </section>
    </Stack>
  );
}
