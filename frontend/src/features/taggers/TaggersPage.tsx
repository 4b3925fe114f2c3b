import { Paper, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { IconTags } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { overviewQuery } from '@/lib/session';
import { taggersOf, taggersQuery } from './api';
import { Notices } from './Notices';
import { inOrder } from './order';
import { TaggerCard } from './TaggerCard';

const columns = { base: 1, md: 2, xl: 3 };

export function TaggersPage() {
  const query = useInfiniteQuery(taggersQuery);
  const overview = useQuery(overviewQuery).data;
  const taggers = inOrder(taggersOf(query.data));
  return (
    <>
      <PageTitle title={t('taggers.title')} text={t('taggers.text')} />
      {overview && <Notices overview={overview} />}
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
          <TaggerCard key={tagger.id} tagger={tagger} images={overview?.images} />
        ))}
      </SimpleGrid>
      <LoadMore query={query} />
    </>
  );
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
