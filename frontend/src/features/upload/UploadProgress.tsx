import { Alert, Button, Group, Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconPhoto, IconRefresh, IconWifiOff } from '@tabler/icons-react';
import { LinkButton } from '@/components/links';
import { formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import { queue } from './store';
import { isUnsent, type Snapshot, states } from './types';

/** How far the sending is, in one bar and one line, and what can be done about it. */
export function UploadProgress({ sending }: { sending: Snapshot }) {
  const { counts, items, bytes, bytesSent, paused } = sending;
  const unsent = counts.queued + counts.sending;
  const sent = items.length - unsent - counts.failed;
  const busy = unsent > 0 || counts.waiting > 0;
  const share = bytes > 0 ? bytesSent / bytes : 1;
  const uploadId = items.at(-1)?.batch.uploadId ?? null;
  const figures = states
    .filter((state) => counts[state] > 0)
    .map((state) => t(`upload.count_${state}`, { count: counts[state] }));
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" className="tabular">
          {busy || counts.failed > 0
            ? t('upload.sentOf', { sent, total: items.length })
            : t('upload.finishedShort')}
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
              search={{ upload_id: uploadId }}
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
        color={paused ? 'orange' : counts.failed > 0 ? 'red' : undefined}
        size="lg"
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
function Spoken({ sending: { counts, items }, busy }: { sending: Snapshot; busy: boolean }) {
  const done = !busy && items.every((item) => !isUnsent(item.state));
  const { stored, duplicate: duplicates, rejected } = counts;
  return (
    <div aria-live="polite">
      {done && (
        <Text size="sm" component="div">
          <Group gap={6} wrap="nowrap" align="flex-start">
            <IconCircleCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden="true" />
            {t('upload.finished', { stored, duplicates, rejected })}
          </Group>
        </Text>
      )}
      {!done && counts.failed > 0 && (
        <VisuallyHidden>{t('upload.count_failed', { count: counts.failed })}</VisuallyHidden>
      )}
    </div>
  );
}
