import '@mantine/charts/styles.css';
import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { IconChartBar, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ProgressOverview } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { AnswersPerDay } from './AnswersPerDay';
import { progressQuery } from './api';
import { LearningCurve } from './LearningCurve';
import { People } from './People';
import { isBlank } from './series';
import { Tags } from './Tags';
import { Tiles } from './Tiles';

/** How far people and the tagger have come. */
export function ProgressPage() {
  const canView = useCan('dashboard.view');
  if (canView) return <Progress />;
  return (
    <>
      <PageTitle title={t('progress.title')} />
      <EmptyState icon={IconLock} title={t('progress.noAccessTitle')} text={t('progress.noAccessText')} />
    </>
  );
}

function Progress() {
  const query = useQuery(progressQuery);
  return (
    <>
      <PageTitle title={t('progress.title')} text={t('progress.text')} />
      {query.isPending && <PageSkeleton />}
      {query.isError && !query.data && (
        <ErrorState
          problem={query.error}
          title={t('progress.loadFailed')}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.data && (
        <Stack gap="md">
          <Tiles totals={query.data.totals} />
          {isBlank(query.data) ? <Blank progress={query.data} /> : <Figures progress={query.data} />}
        </Stack>
      )}
    </>
  );
}

function Figures({ progress: { days, people, tags, runs } }: { progress: ProgressOverview }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <AnswersPerDay rows={days} />
        <LearningCurve runs={runs} />
      </SimpleGrid>
      <People people={people} />
      <Tags tags={tags} />
    </>
  );
}

/** Nobody has answered yet: what has to come first. */
function Blank({ progress: { totals } }: { progress: ProgressOverview }) {
  if (totals.images === 0) {
    return (
      <EmptyState
        icon={IconChartBar}
        title={t('progress.blankImagesTitle')}
        text={t('progress.blankImagesText')}
      >
        <LinkButton to="/library">{t('progress.toLibrary')}</LinkButton>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconChartBar} title={t('progress.blankTitle')} text={t('progress.blankText')}>
      <LinkButton to="/review">{t('progress.toReview')}</LinkButton>
    </EmptyState>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="md" role="status" aria-label={t('app.loading')}>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        {[1, 2, 3, 4, 5, 6].map((tile) => (
          <Skeleton key={tile} h={72} radius="lg" />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Skeleton h={360} radius="lg" />
        <Skeleton h={360} radius="lg" />
      </SimpleGrid>
      <Skeleton h={240} radius="lg" />
    </Stack>
  );
}
