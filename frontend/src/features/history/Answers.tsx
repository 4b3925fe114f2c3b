import { Button, Checkbox, Group, Paper, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconFilterOff, IconMessageQuestion } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnswerEvent, WantedUndo } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { t } from '@/lib/i18n';
import { useCan, useUser } from '@/lib/session';
import { AnswerLine } from './AnswerLine';
import classes from './Answers.module.css';
import { answersQuery, MOST_AT_ONCE } from './api';
import { asQuery, type Filters, isAnyFilter } from './filters';
import { nothing, toggled } from './selection';
import { TakeBack } from './TakeBack';

/** The answers that match, newest first, to be taken back one by one, a choice of them, or all. */
export function Answers({ filters }: { filters: Filters }) {
  const answers = useInfiniteQuery(answersQuery(asQuery(filters)));
  const mayTakeBack = useMayTakeBack();
  const [selection, setSelection] = useState(nothing);
  const [wanted, setWanted] = useState<WantedUndo | null>(null);
  if (answers.isError && !answers.data)
    return (
      <ErrorState problem={answers.error} title={t('history.loadFailed')} onRetry={() => answers.refetch()} />
    );
  if (!answers.data) return <Skeleton h={320} radius="lg" role="status" aria-label={t('app.loading')} />;
  const events = answers.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <None filtered={isAnyFilter(filters)} />;
  const open = events.filter(mayTakeBack).map(({ id }) => id);
  const chosen = open.filter((id) => selection.ids.has(id));
  return (
    <Paper withBorder>
      <Group className={classes.head} justify="space-between" gap="xs">
        <Group gap="sm">
          <Checkbox
            size="xs"
            aria-label={t('history.selectAll')}
            disabled={open.length === 0}
            checked={chosen.length > 0 && chosen.length === open.length}
            indeterminate={chosen.length > 0 && chosen.length < open.length}
            onChange={(event) =>
              setSelection(event.currentTarget.checked ? { ids: new Set(open), last: null } : nothing)
            }
          />
          <Text size="sm" c="dimmed" className="tabular" aria-live="polite">
            {chosen.length > 0 ? t('history.selected', { count: chosen.length }) : t('history.selectedNone')}
          </Text>
          {chosen.length > 0 && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSelection(nothing)}>
              {t('history.unselect')}
            </Button>
          )}
        </Group>
        <Group gap="xs">
          {chosen.length > 0 && (
            <Button
              size="xs"
              color="red"
              variant="light"
              leftSection={<IconArrowBackUp size={16} />}
              disabled={chosen.length > MOST_AT_ONCE}
              title={chosen.length > MOST_AT_ONCE ? t('history.tooMany', { count: MOST_AT_ONCE }) : undefined}
              onClick={() => setWanted({ answer_ids: chosen })}
            >
              {t('history.takeBackSelected')}
            </Button>
          )}
          <TakeBackAll filters={filters} onWanted={setWanted} />
        </Group>
      </Group>
      <ul className={classes.list}>
        {events.map((event) => (
          <Row
            key={event.id}
            event={event}
            mayChoose={mayTakeBack(event)}
            chosen={selection.ids.has(event.id)}
            onToggle={(range) => setSelection((before) => toggled(before, event.id, open, range))}
          />
        ))}
      </ul>
      <Stack pb={answers.hasNextPage ? 'md' : 0}>
        <LoadMore query={answers} />
      </Stack>
      <TakeBack
        wanted={wanted}
        onClose={() => setWanted(null)}
        onDone={() => {
          setWanted(null);
          setSelection(nothing);
        }}
      />
    </Paper>
  );
}

/** One's own answers anybody takes back; those of others, who may curate labels. */
function useMayTakeBack(): (event: AnswerEvent) => boolean {
  const me = useUser()?.username;
  const mayAnswer = useCan('answer');
  const mayCurate = useCan('label.curate');
  return ({ by, retracted_at }) => retracted_at === null && (mayCurate || (mayAnswer && by === me));
}

type RowProps = {
  event: AnswerEvent;
  mayChoose: boolean;
  chosen: boolean;
  onToggle: (range: boolean) => void;
};

function Row({ event, mayChoose, chosen, onToggle }: RowProps) {
  const { verdict, by, tag } = event;
  return (
    <li className={classes.row} data-chosen={chosen || undefined}>
      <Checkbox
        size="xs"
        aria-label={t('history.select', { verdict: t(`history.verdict_${verdict}`), by, tag })}
        disabled={!mayChoose}
        checked={mayChoose && chosen}
        onChange={(change) => onToggle((change.nativeEvent as MouseEvent).shiftKey === true)}
      />
      <AnswerLine event={event} />
    </li>
  );
}

/** All that the filters find, also what is not on the page; never everything there is. */
function TakeBackAll({ filters, onWanted }: { filters: Filters; onWanted: (wanted: WantedUndo) => void }) {
  const me = useUser()?.username;
  const mayAnswer = useCan('answer');
  const mayCurate = useCan('label.curate');
  if (!mayAnswer) return null;
  const named = isAnyFilter(filters);
  const allowed = mayCurate || filters.user === me;
  const why = !named ? t('history.takeBackAllHint') : !allowed ? t('history.takeBackOthers') : '';
  const button = (
    <Button
      size="xs"
      variant="default"
      data-disabled={why !== '' || undefined}
      aria-disabled={why !== ''}
      onClick={() => why === '' && onWanted({ query: asQuery(filters) })}
    >
      {t('history.takeBackAll')}
    </Button>
  );
  if (why === '') return button;
  return (
    <Tooltip label={why} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      {button}
    </Tooltip>
  );
}

function None({ filtered }: { filtered: boolean }) {
  if (filtered)
    return <EmptyState icon={IconFilterOff} title={t('history.noneTitle')} text={t('history.noneText')} />;
  return (
    <EmptyState icon={IconMessageQuestion} title={t('history.emptyTitle')} text={t('history.emptyText')} />
  );
}
