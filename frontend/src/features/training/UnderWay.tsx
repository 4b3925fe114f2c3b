import { Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '@/client';
import { newestJobQuery } from '@/features/jobs/api';
import { t } from '@/lib/i18n';

/** How far a run is that has not ended. */
export function UnderWay({ run }: { run: RunRow }) {
  const job = useQuery(newestJobQuery('train')).data;
  const known = job?.state === 'running' && job.total > 0;
  const said = run.state === 'queued' ? t('training.queued') : t('training.running');
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={6}>
        <Text size="sm" fw={550} role="status">
          {said}
        </Text>
        {known && (
          <Text size="xs" c="dimmed" className="tabular">
            {t('training.runningCount', { done: job.done, total: job.total })}
          </Text>
        )}
      </Group>
      <Progress value={known ? (100 * job.done) / job.total : 100} animated aria-label={said} />
    </div>
  );
}
