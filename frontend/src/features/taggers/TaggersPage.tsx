import { Box, Paper, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { IconTags } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { RunRow, TaggerRow } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { isUnderWay, runsOf, runsQuery } from '@/features/training/api';
import { t } from '@/lib/i18n';
import { overviewQuery } from '@/lib/session';
import { taggersOf, taggersQuery } from './api';
import { Notices } from './Notices';
import { inOrder } from './order';
import { TaggerCard } from './TaggerCard';
import { TeachPanel } from './TeachPanel';

const columns = { base: 1, md: 2, xl: 3 };

export function TaggersPage() {
  const query = useInfiniteQuery(taggersQuery);
  const overview = useQuery(overviewQuery).data;
  const training = useInfiniteQuery(runsQuery);
  const taggers = inOrder(taggersOf(query.data));
  const runs = runsOf(training.data);
  useFreshRuns(taggers, runs, training.refetch);
  return (
    <>
      <PageTitle title={t('taggers.title')} text={t('taggers.text')} />
      {overview && <Notices overview={overview} />}
      {training.isSuccess && <TeachPanel runs={runs} answers={overview?.answers} />}
      {training.isError && (
        <Box mb="md">
          <ErrorState
            problem={training.error}
            title={t('taggers.runsFailed')}
            onRetry={() => void training.refetch()}
          />
        </Box>
      )}
      {query.isPending && <CardsSkeleton />}
      {query.isError && (
        <ErrorState
          problem={query.error}
          title={t('taggers.loadFailed')}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && taggers.length === 0 && (
        <EmptyState icon={IconTags} title={t('taggers.emptyTitle')} text={t('taggers.emptyText')}>
          <LinkButton to="/jobs" variant="light">
            {t('taggers.toJobs')}
          </LinkButton>
        </EmptyState>
      )}
      <SimpleGrid cols={columns} spacing="sm">
        {taggers.map((tagger) => (
          <TaggerCard
            key={tagger.id}
            tagger={tagger}
            serving={overview?.tagger?.name}
            run={runs.find(({ id }) => id === tagger.run_id)}
          />
        ))}
      </SimpleGrid>
      <LoadMore query={query} />
    </>
  );
}

/** A tagger that came of a run is here, and the run is still known as under way: it has ended meanwhile. */
function useFreshRuns(taggers: TaggerRow[], runs: RunRow[], refetch: () => unknown) {
  const stale = runs.find((run) => isUnderWay(run) && taggers.some((tagger) => tagger.run_id === run.id));
  const id = stale?.id;
  useEffect(() => {
    if (id !== undefined) refetch();
  }, [id, refetch]);
}

function CardsSkeleton() {
  return (
    <SimpleGrid cols={columns} spacing="sm" role="status" aria-label={t('app.loading')}>
      {[45, 60].map((width) => (
        <Paper withBorder p="md" key={width}>
          <Stack gap="sm">
            <Skeleton h={20} w={`${width}%`} />
            {[80, 65, 75, 60].map((line) => (
              <Skeleton h={12} w={`${line}%`} key={line} />
            ))}
          </Stack>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
