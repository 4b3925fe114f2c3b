import { ActionIcon, Progress, Text, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconClock,
  IconCopy,
  IconFileText,
  IconHourglass,
  IconRefresh,
  IconUpload,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { formatBytes } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './FileList.module.css';
import { queue } from './store';
import type { Item, ItemState } from './types';

const looks: Record<ItemState, { icon: typeof IconX; color: string }> = {
  queued: { icon: IconClock, color: 'dimmed' },
  sending: { icon: IconUpload, color: 'accent' },
  failed: { icon: IconAlertTriangle, color: 'red' },
  waiting: { icon: IconHourglass, color: 'dimmed' },
  stored: { icon: IconCircleCheck, color: 'teal' },
  duplicate: { icon: IconCopy, color: 'yellow' },
  rejected: { icon: IconX, color: 'red' },
  archive: { icon: IconArchive, color: 'teal' },
  sidecar: { icon: IconFileText, color: 'teal' },
};

/** One file. Takes the fields one by one, so that it is drawn again only when one of them has changed. */
export const FileRow = memo(function FileRow(item: Item) {
  const { state, path, size, progress, message, imageId, nearDuplicates } = item;
  const { icon: Icon, color } = looks[state];
  const tone = color === 'dimmed' ? 'var(--mantine-color-dimmed)' : `var(--mantine-color-${color}-text)`;
  const note = message || (nearDuplicates > 0 ? t('upload.nearDuplicates', { count: nearDuplicates }) : '');
  return (
    <div className={classes.row}>
      <Icon size={18} stroke={1.7} color={tone} aria-hidden="true" className={classes.icon} />
      <div className={classes.path}>
        {imageId === null ? (
          <Text size="sm" truncate="start">
            <bdi>{path}</bdi>
          </Text>
        ) : (
          <Text
            size="sm"
            truncate="start"
            component={Link}
            to={`/images/${imageId}`}
            aria-label={t(state === 'duplicate' ? 'upload.openTwin' : 'upload.openImage', { path })}
          >
            <bdi>{path}</bdi>
          </Text>
        )}
        {note && (
          <Text
            size="xs"
            c={
              message && (state === 'rejected' || state === 'failed')
                ? 'var(--mantine-color-red-text)'
                : 'dimmed'
            }
          >
            {note}
          </Text>
        )}
      </div>
      <Text size="xs" c="dimmed" className={classes.size}>
        {size > 0 && formatBytes(size)}
      </Text>
      <div className={classes.state}>
        {state === 'sending' ? (
          <Progress value={100 * progress} aria-label={t('upload.state_sending')} />
        ) : (
          <Text size="xs" c={tone} fw={500}>
            {t(`upload.state_${state}`)}
          </Text>
        )}
      </div>
      {state === 'failed' && (
        <Tooltip label={t('upload.retry')}>
          <ActionIcon
            size="sm"
            aria-label={t('upload.retryFile', { path })}
            onClick={() => queue.retry((other) => other.path === path)}
          >
            <IconRefresh size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
});
