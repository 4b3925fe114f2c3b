import { Badge, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { DatasetRow } from '@/client';
import { Hash } from '@/components/Hash';
import { failedTone } from '@/components/tones';
import { formatAgo, formatBytes, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { isBeingMade } from './api';
import { LoadInPython } from './LoadInPython';

const colors = { queued: 'gray', building: 'accent', ready: 'teal', failed: 'red' } as const;

export function DatasetCard({ dataset }: { dataset: DatasetRow }) {
  const { state } = dataset;
  const made = t('datasets.madeBy', { when: formatAgo(dataset.created_at), who: dataset.created_by });
  return (
    <Paper withBorder p="md" component="article" aria-label={dataset.name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Group gap="xs" style={{ flex: '1 1 300px' }}>
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
              {dataset.name}
            </Title>
            <Badge color={colors[state]}>{t(`datasets.state_${state}`)}</Badge>
          </Group>
          <Text size="xs" c="dimmed" title={formatDate(dataset.created_at)}>
            {made}
          </Text>
        </Group>
        {isBeingMade(dataset) && (
          <div>
            <Progress value={100} animated aria-label={t('datasets.building')} mb={6} />
            <Text size="sm" c="dimmed">
              {t('datasets.building')}
            </Text>
          </div>
        )}
        {state === 'failed' && (
          <Text size="sm" c={failedTone} maw="75ch">
            {dataset.error || t('datasets.failedFallback')}
          </Text>
        )}
        {state === 'ready' && <Ready dataset={dataset} />}
      </Stack>
    </Paper>
  );
}

function Ready({ dataset }: { dataset: DatasetRow }) {
  const { images, train_images: train, validation_images: validation } = dataset;
  return (
    <>
      <Group gap="lg" className="tabular" style={{ rowGap: 4 }}>
        <Text size="sm">
          <Text span fw={600}>
            {t('datasets.images', { count: images })}
          </Text>{' '}
          <Text span c="dimmed">
            {t('datasets.split', { train, validation })}
          </Text>
        </Text>
        <Text size="sm">{t('datasets.positives', { count: dataset.positives })}</Text>
        <Text size="sm">{t('datasets.negatives', { count: dataset.negatives })}</Text>
        <Text size="sm">{t('datasets.tags', { count: dataset.tags })}</Text>
        <Text size="sm" c="dimmed">
          {t('datasets.seedIs', { seed: String(dataset.seed) })}
        </Text>
        <Hash sha256={dataset.sha256} label={t('datasets.copyHash')} />
      </Group>
      <Group gap="xs" role="group" aria-label={t('datasets.files')}>
        {dataset.files.map(({ name, bytes, url }) => {
          const size = formatBytes(bytes);
          return (
            <Button
              key={name}
              component="a"
              href={url}
              download={name}
              variant="default"
              size="xs"
              leftSection={<IconDownload size={15} />}
              aria-label={t('datasets.download', { name, size })}
            >
              {name}
              <Text span size="xs" c="dimmed" ml={6}>
                {size}
              </Text>
            </Button>
          );
        })}
      </Group>
      <LoadInPython dataset={dataset} />
    </>
  );
}
