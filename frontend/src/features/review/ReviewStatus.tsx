import { ActionIcon, Alert, Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconCloudUpload, IconX } from '@tabler/icons-react';
import { t } from '@/lib/i18n';
import type { OutboxStatus } from './outbox';
import { type Review, useFigures, useOutbox } from './useReview';

/** What the person did today, what is left, and whether everything has reached the server. */
export function ReviewStatus({ review }: { review: Review }) {
  const figures = useFigures(review);
  const outbox = useOutbox(review.desk);
  return (
    <>
      {outbox.refused.length > 0 && (
        <Refused sentences={outbox.refused} onClose={() => review.desk.outbox.forgive()} />
      )}
      <Group gap="lg" wrap="nowrap" mih={22} className="tabular">
        {figures && (
          <>
            <Figure
              value={figures.mineToday}
              unit={t('review.mineToday')}
              hint={t('review.mineTodayHint', { count: figures.mineToday })}
            />
            <Figure
              value={figures.imagesLeft}
              unit={t('review.imagesLeft')}
              hint={t('review.imagesLeftHint', { count: figures.imagesLeft })}
            />
          </>
        )}
        {outbox.unsent > 0 && <Unsent outbox={outbox} />}
      </Group>
    </>
  );
}

function Figure({ value, unit, hint }: { value: number; unit: string; hint: string }) {
  return (
    <Tooltip label={hint}>
      <Text size="sm" c="dimmed" aria-label={hint}>
        <Text span fw={600} c="var(--mantine-color-text)">
          {value.toLocaleString('en')}
        </Text>{' '}
        {unit}
      </Text>
    </Tooltip>
  );
}

function Unsent({ outbox }: { outbox: OutboxStatus }) {
  const trouble = outbox.trouble !== 'none' || !outbox.durable;
  const sentences = {
    none: 'review.unsentWaiting',
    offline: 'review.unsentOffline',
    'signed-out': 'review.unsentSignedOut',
    server: 'review.unsentServer',
  } as const;
  const text = outbox.durable ? t(sentences[outbox.trouble]) : t('review.unsentFragile');
  return (
    <Tooltip label={text} multiline maw={280}>
      <Badge
        ml="auto"
        color={trouble ? 'orange' : 'gray'}
        leftSection={<IconCloudUpload size={13} />}
        role="status"
        aria-label={`${t('review.unsent', { count: outbox.unsent })}. ${text}`}
      >
        {t('review.unsent', { count: outbox.unsent })}
      </Badge>
    </Tooltip>
  );
}

function Refused({ sentences, onClose }: { sentences: readonly string[]; onClose: () => void }) {
  return (
    <Alert color="red" variant="light" title={t('review.refusedTitle', { count: sentences.length })} py="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm">{[...new Set(sentences)].slice(0, 3).join(' ')}</Text>
        <ActionIcon aria-label={t('app.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </Alert>
  );
}
