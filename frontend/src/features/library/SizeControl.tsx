import { SegmentedControl, VisuallyHidden } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconGridDots, IconLayoutGrid, IconSquare } from '@tabler/icons-react';
import { type MessageKey, t } from '@/lib/i18n';

export type ThumbnailSize = 'small' | 'medium' | 'large';

/** The least width of a thumbnail in pixels; columns grow to fill the row. */
export const leastWidth: Record<ThumbnailSize, number> = { small: 104, medium: 168, large: 260 };

const choices = [
  { value: 'small', icon: IconGridDots, label: 'library.sizeSmall' },
  { value: 'medium', icon: IconLayoutGrid, label: 'library.sizeMedium' },
  { value: 'large', icon: IconSquare, label: 'library.sizeLarge' },
] as const satisfies readonly { value: ThumbnailSize; icon: unknown; label: MessageKey }[];

export function useThumbnailSize() {
  return useLocalStorage<ThumbnailSize>({ key: 'labelhub.thumbnails', defaultValue: 'medium' });
}

type Props = { value: ThumbnailSize; onChange: (size: ThumbnailSize) => void };

export function SizeControl({ value, onChange }: Props) {
  return (
    <SegmentedControl
      size="xs"
      value={value}
      onChange={onChange}
      aria-label={t('library.size')}
      data={choices.map(({ value: size, icon: Icon, label }) => ({
        value: size,
        label: (
          <>
            <Icon size={18} stroke={1.6} style={{ display: 'block' }} aria-hidden="true" />
            <VisuallyHidden>{t(label)}</VisuallyHidden>
          </>
        ),
      }))}
    />
  );
}
