import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconInfoCircle, IconSchool } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RunRow } from '@/client';
import { Kbd } from '@/components/Kbd';
import { LinkAnchor, LinkButton } from '@/components/links';
import { isUnderWay, refreshTaggers, startRun } from '@/features/training/api';
import { UnderWay } from '@/features/training/UnderWay';
import { ApiError, messageOf } from '@/lib/api';
import { formatAgo } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import classes from './TeachPanel.module.css';

type Props = { runs: RunRow[]; answers: number | undefined };

/** Retraining from answers: what there is to learn from, the button, and how the newest run goes. */
export function TeachPanel({ runs, answers }: Props) {
  const client = useQueryClient();
  const canTrain = useCan('tagger.train');
  const newest = runs[0];
  const underWay = newest !== undefined && isUnderWay(newest);
  const start = useMutation({
    mutationFn: startRun,
    onSuccess: () => notifications.show({ message: t('training.started') }),
    onSettled: () => refreshTaggers(client),
  });
  useNewsOf(newest);
  const failed = newest?.state === 'failed' && !start.isError && !start.isPending;
  const retrain = (
    <Button
      leftSection={<IconSchool size={18} />}
      rightSection={<Kbd keys="r" onFilled />}
      loading={start.isPending}
      onClick={() => start.mutate()}
      {...shortcut('r', t('training.retrain'))}
    >
      {t('training.retrain')}
    </Button>
  );
  return (
    <Paper withBorder p="md" mb="md" component="section" aria-labelledby="teach">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={4} className={classes.words}>
            <Title order={2} size="h4" id="teach">
              {t('training.teachTitle')}
            </Title>
            <Text size="sm" c="dimmed" maw="75ch">
              {t('training.teachText')} {!canTrain && t('training.teachReader')}
            </Text>
          </Stack>
          {canTrain && !underWay && !failed && (answers ?? 0) > 0 && retrain}
        </Group>
        <Waiting runs={runs} answers={answers} />
        {underWay && <UnderWay run={newest} />}
        {start.isError && <Refusal problem={start.error} />}
        {newest?.state === 'done' && newest.candidate === null && newest.message !== '' && (
          <Text size="sm" maw="75ch">
            {newest.message}
          </Text>
        )}
        {failed && (
          <Alert
            color="red"
            variant="light"
            icon={<IconAlertTriangle />}
            title={t('training.failedTitle')}
            role="alert"
          >
            <Stack gap="sm" align="flex-start">
              <Text size="sm" maw="75ch">
                {newest.message || t('training.failedFallback')}
              </Text>
              {canTrain && (
                <Button size="xs" color="red" variant="light" onClick={() => start.mutate()}>
                  {t('training.again')}
                </Button>
              )}
            </Stack>
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}

/** What there is to learn from, and what the last run took from it. */
function Waiting({ runs, answers }: Props) {
  const last = runs.find(({ state }) => state === 'done');
  if (answers === undefined) return null;
  if (answers === 0) {
    return (
      <Group gap="sm">
        <Text size="sm">{t('training.answersNone')}</Text>
        <LinkButton to="/review" size="xs" variant="light">
          {t('training.toReview')}
        </LinkButton>
      </Group>
    );
  }
  return (
    <Text size="sm" className="tabular">
      <Text span fw={600}>
        {last ? t('training.answersHere', { count: answers }) : t('training.answersWait', { count: answers })}
      </Text>
      {last && (
        <>
          {' · '}
          {t('training.lastLearned', { count: last.pairs })}, {formatAgo(last.finished_at ?? last.created_at)}
          {' · '}
          <LinkAnchor to="/taggers/runs/$id" params={{ id: String(last.id) }} size="sm">
            {t('training.details')}
          </LinkAnchor>
        </>
      )}
    </Text>
  );
}

/** The server says why it cannot be now (409), or something broke. */
function Refusal({ problem }: { problem: unknown }) {
  const notNow = problem instanceof ApiError && problem.status === 409;
  return (
    <Alert
      color={notNow ? 'orange' : 'red'}
      variant="light"
      icon={notNow ? <IconInfoCircle /> : <IconAlertTriangle />}
      title={notNow ? undefined : t('training.startFailed')}
      role="alert"
    >
      {messageOf(problem)}
    </Alert>
  );
}

/** Tells when the run this page watched has ended, and reads again what it changed. */
function useNewsOf(run: RunRow | undefined) {
  const client = useQueryClient();
  const watched = useRef<number>(undefined);
  useEffect(() => {
    if (!run) return;
    if (isUnderWay(run)) {
      watched.current = run.id;
      return;
    }
    if (watched.current !== run.id) return;
    watched.current = undefined;
    void refreshTaggers(client);
    if (run.candidate) {
      notifications.show({ color: 'teal', message: t('training.ended', { name: run.candidate.name }) });
    }
  }, [client, run]);
}
