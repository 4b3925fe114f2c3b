import { Badge, Button, Group, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconArrowsShuffle,
  IconArrowsSplit2,
  IconBook2,
  IconDatabase,
  IconDownload,
  IconFileImport,
  IconFileSearch,
  IconListSearch,
  IconRefresh,
  IconSchool,
  IconSortDescending,
  IconSparkles,
  IconSum,
  IconTags,
  IconVocabulary,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JobRow } from '@/client';
import { failedTone } from '@/components/tones';
import { messageOf } from '@/lib/api';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { isActive, retryJob } from './api';
import { formatDuration, secondsOf } from './duration';
import classes from './JobItem.module.css';
import { paceOf } from './pace';

const icons = {
  ingest: IconFileSearch,
  pretag: IconSparkles,
  rank: IconSortDescending,
  register: IconTags,
  fetch: IconDownload,
  snapshot: IconDatabase,
  train: IconSchool,
  book: IconBook2,
  index: IconListSearch,
  borderline: IconArrowsSplit2,
  vocabulary: IconVocabulary,
  labels: IconFileImport,
  derive: IconArrowsShuffle,
  count: IconSum,
} as const;
const colors = { queued: 'gray', running: 'accent', done: 'teal', failed: 'red' } as const;

type Props = { job: JobRow; now: number };

export function JobItem({ job, now }: Props) {
  const Icon = icons[job.kind];
  const canRetry = useCan('job.manage') && job.state === 'failed';
  const seconds = secondsOf(job, now);
  const duration = seconds === null ? null : formatDuration(seconds);
  return (
    <li className={classes.item}>
      <Icon size={20} stroke={1.6} className={classes.icon} aria-hidden="true" />
      <div className={classes.name}>
        <Group gap="xs">
          <Text fw={550}>{job.title}</Text>
          <Badge color={colors[job.state]}>{t(`jobs.state_${job.state}`)}</Badge>
        </Group>
        <Text size="xs" c="dimmed" className="tabular" title={formatDate(job.created_at)}>
          {formatAgo(job.created_at, now)}
          {duration !== null && ' · '}
          {duration !== null &&
            (job.state === 'running' ? t('jobs.runningFor', { duration }) : t('jobs.took', { duration }))}
        </Text>
      </div>
      <div className={classes.progress}>
        <JobProgress job={job} />
      </div>
      {job.error !== '' && (
        <Text size="sm" className={classes.error} c={job.state === 'failed' ? failedTone : 'dimmed'}>
          {job.state === 'failed' ? job.error : t('jobs.triedBefore', { error: job.error })}
        </Text>
      )}
      {canRetry && <Retry job={job} />}
    </li>
  );
}

function JobProgress({ job }: { job: JobRow }) {
  const counted = t('jobs.progress', { done: job.done, total: job.total });
  if (isActive(job)) {
    const known = job.total > 0;
    const said = known ? counted : t(job.state === 'queued' ? 'jobs.waiting' : 'jobs.working');
    return (
      <>
        {job.state === 'running' && (
          <Progress value={known ? (100 * job.done) / job.total : 100} animated aria-label={said} mb={4} />
        )}
        <Text size="xs" c="dimmed" className="tabular">
          {said}
          <Pace job={job} />
        </Text>
      </>
    );
  }
  if (job.total === 0) return null;
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {counted}
    </Text>
  );
}

/** How fast and how long still, on a line of its own. */
function Pace({ job }: { job: JobRow }) {
  const pace = paceOf(job);
  return pace !== '' && <span style={{ display: 'block' }}>{pace}</span>;
}

function Retry({ job }: { job: JobRow }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryJob(job.id),
    onSuccess: () => notifications.show({ message: t('jobs.retried', { title: job.title }) }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('jobs.retryFailed'), message: messageOf(problem) }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['jobs'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]),
  });
  return (
    <Button
      size="xs"
      variant="light"
      className={classes.retry}
      leftSection={<IconRefresh size={16} />}
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      {t('jobs.retry')}
    </Button>
  );
}
