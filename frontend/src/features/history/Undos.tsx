import { Badge, Button, Group, Paper, Skeleton, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { UndoRow } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan, useUser } from '@/lib/session';
import { undosQuery } from './api';
import classes from './Undos.module.css';
import { useGiveBack } from './undone';

/** What was taken back, by whom, and what was given back; newest first. */
export function Undos() {
  const undos = useInfiniteQuery(undosQuery);
  if (undos.isError && !undos.data)
    return (
      <ErrorState problem={undos.error} title={t('history.undosFailed')} onRetry={() => undos.refetch()} />
    );
  if (!undos.data) return <Skeleton h={200} radius="lg" role="status" aria-label={t('app.loading')} />;
  const rows = undos.data.pages.flatMap((page) => page.items);
  if (rows.length === 0)
    return (
      <EmptyState
        icon={IconArrowBackUp}
        title={t('history.undosEmptyTitle')}
        text={t('history.undosEmptyText')}
      />
    );
  return (
    <>
      <Paper withBorder component="ul" className={classes.list}>
        {rows.map((row) => (
          <Undo key={row.id} undo={row} />
        ))}
      </Paper>
      <LoadMore query={undos} />
    </>
  );
}

function Undo({ undo }: { undo: UndoRow }) {
  const me = useUser()?.username;
  const mayCurate = useCan('label.curate');
  const { by, at, answers, sentence, reverses, reversed_by } = undo;
  const Icon = reverses === null ? IconArrowBackUp : IconArrowForwardUp;
  const reversed = reversed_by !== null;
  const mayReverse = reverses === null && !reversed && (mayCurate || by === me);
  return (
    <li className={classes.row}>
      <Icon size={19} stroke={1.7} aria-hidden="true" className={classes.icon} />
      <div className={classes.what}>
        <Text size="sm" td={reversed ? 'line-through' : undefined} c={reversed ? 'dimmed' : undefined}>
          {sentence}
        </Text>
        <Text size="xs" c="dimmed" className="tabular" title={formatDate(at)}>
          {t('history.byAgo', { by, ago: formatAgo(at) })} · {t('history.undoCount', { count: answers })}
        </Text>
      </div>
      <Group gap="xs" justify="flex-end">
        {reversed && <Badge color="gray">{t('history.undoReversed')}</Badge>}
        {mayReverse && <GiveBack undo={undo} />}
      </Group>
    </li>
  );
}

function GiveBack({ undo }: { undo: UndoRow }) {
  const reverse = useGiveBack(undo);
  return (
    <Button size="xs" variant="default" loading={reverse.isPending} onClick={() => reverse.mutate()}>
      {t(undo.answers === 1 ? 'history.giveBackOne' : 'history.giveBack')}
    </Button>
  );
}
