import { Button, Paper, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDatabase, IconLock, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LoadMore } from '@/components/LoadMore';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { datasetsOf, datasetsQuery } from './api';
import { DatasetCard } from './DatasetCard';
import { NewDataset } from './NewDataset';

export function DatasetsPage() {
  const canView = useCan('dataset.view');
  return (
    <>
      {canView ? (
        <Datasets />
      ) : (
        <>
          <PageTitle title={t('datasets.title')} />
          <EmptyState icon={IconLock} title={t('datasets.noAccessTitle')} text={t('datasets.noAccessText')} />
        </>
      )}
    </>
  );
}

function Datasets() {
  const canMake = useCan('dataset.make');
  const [opened, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery(datasetsQuery);
  const datasets = datasetsOf(query.data);
  const make = canMake && (
    <Button
      leftSection={<IconPlus size={17} />}
      rightSection={<Kbd keys="n" onFilled />}
      onClick={open}
      {...shortcut('n', t('datasets.make'))}
    >
      {t('datasets.make')}
    </Button>
  );
  const empty = query.isSuccess && datasets.length === 0;
  return (
    <>
      <PageTitle title={t('datasets.title')} text={t('datasets.text')}>
        {!empty && make}
      </PageTitle>
      {query.isPending && <CardsSkeleton />}
      {query.isError && (
        <ErrorState
          problem={query.error}
          title={t('datasets.loadFailed')}
          onRetry={() => void query.refetch()}
        />
      )}
      {empty && (
        <EmptyState
          icon={IconDatabase}
          title={t('datasets.emptyTitle')}
          text={`${t('datasets.what')} ${canMake ? t('datasets.emptyText') : t('datasets.emptyAsk')}`}
        >
          {make}
          <LinkButton to="/review" variant="subtle">
            {t('datasets.toReview')}
          </LinkButton>
        </EmptyState>
      )}
      <Stack gap="sm">
        {datasets.map((dataset) => (
          <DatasetCard key={dataset.id} dataset={dataset} />
        ))}
      </Stack>
      <LoadMore query={query} />
      <NewDataset opened={opened} onClose={close} />
    </>
  );
}

function CardsSkeleton() {
  return (
    <Stack gap="sm" role="status" aria-label={t('app.loading')}>
      {[35, 50, 25].map((width) => (
        <Paper withBorder p="md" key={width}>
          <Stack gap="sm">
            <Skeleton h={20} w={`${width}%`} />
            <Skeleton h={12} w="70%" />
            <Skeleton h={28} w="50%" />
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}
