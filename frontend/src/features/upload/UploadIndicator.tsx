import { ActionIcon, RingProgress, Tooltip } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { t } from '@/lib/i18n';
import { useUploadQueue } from './store';

/** Goes with the user to other pages while files are sent, and keeps the figures fresh. */
export function UploadIndicator() {
  const { counts, total, bytes, bytesSent, paused } = useUploadQueue();
  const client = useQueryClient();
  const { pathname } = useLocation();
  const refresh = useThrottledCallback(() => {
    for (const queryKey of [['overview'], ['uploads']]) void client.invalidateQueries({ queryKey });
  }, 4_000);

  useEffect(() => {
    if (counts.stored > 0) refresh();
  }, [counts.stored, refresh]);

  const unsent = counts.queued + counts.sending;
  if (unsent === 0 || pathname === '/upload') return null;
  const label = t('upload.sendingElsewhere', { sent: total - unsent, total });
  const share = bytes > 0 ? (100 * bytesSent) / bytes : 0;
  return (
    <Tooltip label={label}>
      <ActionIcon component={Link} to="/upload" size="lg" aria-label={label}>
        <RingProgress
          size={28}
          thickness={4}
          sections={[{ value: share, color: paused ? 'orange' : 'accent' }]}
          rootColor="var(--mantine-color-default-border)"
        />
      </ActionIcon>
    </Tooltip>
  );
}
