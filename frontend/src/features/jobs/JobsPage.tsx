import { Paper, Skeleton, Stack } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { isActive, jobsOf, jobsQuery } from './api';
import { JobItem } from './JobItem';
import classes from './JobItem.module.css';

export function JobsPage() {
  const query = useInfiniteQuery(jobsQuery);
  const jobs = jobsOf(query.data);
  const now = useNow(jobs.some(isActive));
  return (
    <>
      <PageTitle title={t('jobs.title')} text={t('jobs.text')} />
      {query.isPending && <ListSkeleton />}
      {query.isError && (
        <ErrorState problem={query.error} title={t('jobs.loadFailed')} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && jobs.length === 0 && (
        <EmptyState icon={IconListCheck} title={t('jobs.emptyTitle')} text={t('jobs.emptyText')} />
      )}
      {jobs.length > 0 && (
        <Paper withBorder mt={query.isError ? 'md' : undefined}>
          <ul className={classes.list}>
            {jobs.map((job) => (
              <JobItem key={job.id} job={job} now={now} />
            ))}
          </ul>
        </Paper>
      )}
      <LoadMore query={query} />
    </>
  );
}

/** The time now; goes on every second while `ticking`. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ticking ? 1_000 : 30_000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

function ListSkeleton() {
  return (
    <Paper withBorder p="md" role="status" aria-label={t('app.loading')}>
      <Stack gap="lg">
        {[40, 55, 35, 50].map((width) => (
          <Stack gap={6} key={width}>
            <Skeleton h={16} w={`${width}%`} />
            <Skeleton h={10} w="20%" />
          </Stack>
        ))}
      </Stack>
    </Paper>
  );
}
