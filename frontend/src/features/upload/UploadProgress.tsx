import { Alert, Button, Group, Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconPhoto, IconRefresh, IconWifiOff } from '@tabler/icons-react';
import { LinkButton } from '@/components/links';
import { formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import { queue } from './store';
import { type Snapshot, states } from './types';

/** How far the sending is, in one bar and one line, and what can be done about it. */
export function UploadProgress({ sending }: { sending: Snapshot }) {
  const { counts, items, total, bytes, bytesSent, paused } = sending;
  const unsent = counts.queued + counts.sending;
  const sent = total - unsent - counts.failed;
  const busy = unsent > 0 || counts.waiting > 0;
  const done = !busy && counts.failed === 0;
  const share = bytes > 0 ? bytesSent / bytes : 1;
  const uploadId = items.at(-1)?.batch.uploadId ?? null;
  const figures = states
    .filter((state) => counts[state] > 0)
    .map((state) => t(`upload.count_${state}`, { count: counts[state] }));
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" className="tabular">
          <Group gap={8} wrap="nowrap">
            {done && <IconCircleCheck size={22} color="var(--mantine-color-teal-text)" aria-hidden="true" />}
            {done ? t('upload.finishedShort') : t('upload.sentOf', { sent, total })}
          </Group>
        </Title>
        <Group gap="xs">
          {counts.failed > 0 && (
            <Button size="xs" leftSection={<IconRefresh size={16} />} onClick={() => queue.retry()}>
              {t('upload.retryAll', { count: counts.failed })}
            </Button>
          )}
          {unsent + counts.failed > 0 && (
            <Button size="xs" variant="default" onClick={() => queue.cancel()}>
              {t('upload.cancel')}
            </Button>
          )}
          {!busy && (
            <Button size="xs" variant="default" onClick={() => queue.clear()}>
              {t('upload.clear')}
            </Button>
          )}
          {uploadId !== null && counts.stored > 0 && (
            <LinkButton
              to="/library"
              search={{ q: `upload:${uploadId}` }}
              size="xs"
              variant="light"
              leftSection={<IconPhoto size={16} />}
            >
              {t('upload.seeImages')}
            </LinkButton>
          )}
        </Group>
      </Group>
      <Progress
        value={100 * share}
        animated={busy && !paused}
        color={paused ? 'orange' : counts.failed > 0 ? 'red' : done ? 'teal' : undefined}
        size={done ? 'xs' : 'md'}
        aria-label={t('upload.progress')}
        aria-valuetext={formatPercent(share)}
      />
      <Text size="sm" c="dimmed" className="tabular">
        {figures.join(' · ')}
      </Text>
      {paused && <Paused reason={paused} />}
      <Spoken sending={sending} busy={busy} />
    </Stack>
  );
}

function Paused({ reason }: { reason: NonNullable<Snapshot['paused']> }) {
  return (
    <Alert color="orange" variant="light" icon={<IconWifiOff />} role="alert">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{reason === 'network' ? t('upload.pausedNetwork') : t('upload.pausedSession')}</Text>
        <Button size="xs" color="orange" variant="light" onClick={() => queue.resume()}>
          {t('upload.resume')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Said aloud once, at the end; the figures above change too often for that. */
function Spoken({ sending: { counts }, busy }: { sending: Snapshot; busy: boolean }) {
  const { stored, duplicate: duplicates, rejected } = counts;
  const done = !busy && counts.failed === 0;
  return (
    <VisuallyHidden aria-live="polite">
      {done && t('upload.finished', { stored, duplicates, rejected })}
      {counts.failed > 0 && t('upload.count_failed', { count: counts.failed })}
    </VisuallyHidden>
  );
}
