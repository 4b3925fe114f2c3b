import { Skeleton } from '@mantine/core';
import { t } from '@/lib/i18n';
import classes from './ImageGrid.module.css';
import { leastWidth, type ThumbnailSize } from './SizeControl';

const places = Array.from({ length: 18 }, (_, place) => place);

export function GridSkeleton({ size }: { size: ThumbnailSize }) {
  return (
    <div
      role="status"
      aria-label={t('app.loading')}
      className={classes.row}
      style={{
        gridTemplateColumns: `repeat(auto-fill, minmax(${leastWidth[size]}px, 1fr))`,
        gridAutoRows: 'auto',
      }}
    >
      {places.map((place) => (
        <Skeleton key={place} radius="md" style={{ aspectRatio: 1 }} />
      ))}
    </div>
  );
}
