import { Button, Group, Text } from '@mantine/core';
import { IconPhoto, IconPhotoPlus } from '@tabler/icons-react';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { failedTone } from '@/components/tones';
import { queue, useUploadQueue } from '@/features/upload/store';
import type { Item } from '@/features/upload/types';
import { noFacts } from '@/lib/facts';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';

type Props = { file: File; item: Item | null; onItem: (item: Item | null) => void };

/** Uploads the picture as any other; nothing was stored before. */
export function AddToLibrary({ file, item, onItem }: Props) {
  const mayUpload = useCan('image.upload');
  useUploadQueue(); // the item changes in place
  if (!mayUpload) return null;
  if (item === null) {
    const add = () => onItem(queue.add(noFacts, [{ path: file.name, file }])[0] ?? null);
    return (
      <Button
        variant="light"
        size="xs"
        leftSection={<IconPhotoPlus size={16} />}
        rightSection={<Kbd keys="a" />}
        onClick={add}
        {...shortcut('a', t('tryIt.add'))}
      >
        {t('tryIt.add')}
      </Button>
    );
  }
  if (item.imageId !== null) {
    return (
      <LinkButton
        to="/images/$id"
        params={{ id: String(item.imageId) }}
        variant="light"
        size="xs"
        leftSection={<IconPhoto size={16} />}
      >
        {t('tryIt.added')}
      </LinkButton>
    );
  }
  const failed = item.state === 'failed' || item.state === 'rejected';
  return (
    <Group gap="xs" justify="space-between">
      <Text size="sm" c={failed ? failedTone : 'dimmed'} role="status">
        {[t(`upload.state_${item.state}`), item.message].filter(Boolean).join('. ')}
      </Text>
      {item.state === 'failed' && (
        <Button size="xs" variant="default" onClick={() => queue.retry((other) => other === item)}>
          {t('tryIt.addAgain')}
        </Button>
      )}
    </Group>
  );
}
