import { Badge, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconMapOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunDetail } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LinkAnchor, LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { failedTone } from '@/components/tones';
import { isUnderWay, runQuery } from '@/features/training/api';
import { RunFigures } from '@/features/training/RunFigures';
import { TagTable } from '@/features/training/TagTable';
import { UnderWay } from '@/features/training/UnderWay';
import { ApiError } from '@/lib/api';
import { formatAgo, formatDate, formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { taggersOf, taggersQuery } from './api';
import { Decisions } from './Decisions';
import classes from './RunPage.module.css';
import { taggerColors } from './states';

const colors = { queued: 'gray', running: 'accent', done: 'teal', failed: 'red' } as const;

/** One retraining: what it learned from, what it made better or worse, tag by tag, and what becomes of it. */
export function RunPage() {
  const { id } = useParams({ from: '/shell/taggers/runs/$id' });
  const run = useQuery(runQuery(Number(id)));
  if (run.error instanceof ApiError && run.error.status < 500 && !run.error.isNetwork) return <NoSuchRun />;
  return (
    <>
      <LinkAnchor to="/taggers" size="sm" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden="true" /> {t('training.backToTaggers')}
      </LinkAnchor>
      {run.isError && !run.data && (
        <ErrorState problem={run.error} title={t('training.loadFailed')} onRetry={() => void run.refetch()} />
      )}
      {run.isPending && <PageSkeleton />}
      {run.data && <Run run={run.data} />}
    </>
  );
}

function Run({ run }: { run: RunDetail }) {
  const { id, state, message, by, created_at: since } = run;
  const when = formatAgo(since);
  return (
    <>
      <PageTitle
        title={t('training.runTitle', { id: String(id) })}
        text={
          <span title={formatDate(since)}>
            {by === null ? when : t('training.runText', { when, who: by })}
          </span>
        }
      >
        <Badge color={colors[state]} size="lg">
          {t(`training.state_${state}`)}
        </Badge>
      </PageTitle>
      <Stack gap="md">
        {isUnderWay(run) && (
          <Paper withBorder p="md">
            <UnderWay run={run} />
          </Paper>
        )}
        {message !== '' && (
          <Text size="sm" c={state === 'failed' ? failedTone : undefined} maw="75ch">
            {message}
          </Text>
        )}
        {state === 'done' && (
          <div className={classes.columns}>
            <Paper withBorder p="md" component="section" aria-labelledby="figures">
              <Title order={2} size="h4" id="figures" mb="xs">
                {t('training.figures')}
              </Title>
              <RunFigures run={run} />
            </Paper>
            <Paper withBorder p="md" component="section" aria-labelledby="facts">
              <Title order={2} size="h4" id="facts" mb="xs">
                {t('training.facts')}
              </Title>
              <Facts run={run} />
              <Candidate run={run} />
            </Paper>
          </div>
        )}
        {state === 'done' && <TagTable tags={run.tags} />}
      </Stack>
    </>
  );
}

function Facts({ run }: { run: RunDetail }) {
  return (
    <dl className={`${classes.facts} tabular`}>
      <Fact name={t('training.answered')}>{formatNumber(run.pairs)}</Fact>
      <Fact name={t('training.images')}>{formatNumber(run.images)}</Fact>
      <Fact name={t('training.people')}>{formatNumber(run.people)}</Fact>
      <Fact name={t('training.tagsTaught')}>{formatNumber(run.tags_taught)}</Fact>
      <Fact name={t('training.base')}>{run.base.name}</Fact>
      {run.finished_at && <Fact name={t('training.finished')}>{formatDate(run.finished_at)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The tagger that came of it, and what may be done with it. */
function Candidate({ run }: { run: RunDetail }) {
  const taggers = taggersOf(useInfiniteQuery(taggersQuery).data);
  if (!run.candidate) return null;
  const { id, name, state } = run.candidate;
  const tagger = taggers.find((row) => row.id === id);
  return (
    <Stack gap="xs" mt="md">
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Badge color={taggerColors[state]}>{t(`taggers.state_${state}`)}</Badge>
      </Group>
      {tagger && (
        <Group gap="xs">
          <Decisions tagger={tagger} />
        </Group>
      )}
    </Stack>
  );
}

function NoSuchRun() {
  return (
    <EmptyState icon={IconMapOff} title={t('training.notFoundTitle')} text={t('training.notFoundText')}>
      <LinkButton to="/taggers">{t('training.backToTaggers')}</LinkButton>
    </EmptyState>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="md" role="status" aria-label={t('app.loading')}>
      <Skeleton h={32} w="30%" />
      <Skeleton h={200} radius="lg" />
      <Skeleton h={400} radius="lg" />
    </Stack>
  );
}
