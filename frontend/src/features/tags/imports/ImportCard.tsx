import { Badge, Button, Code, Group, List, Paper, Progress, Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type ImportEffect,
  type ImportProblem,
  type VocabularyImportRow,
  vocabularyImportsApply,
  vocabularyImportsDiscard,
} from '@/client';
import { failedTone } from '@/components/tones';
import { messageOf } from '@/lib/api';
import { formatAgo, formatBytes, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { importsQuery, isAtWork } from '../api';
import classes from './Imports.module.css';

const colors = {
  reading: 'accent',
  ready: 'orange',
  applying: 'accent',
  applied: 'teal',
  retracted: 'gray',
  refused: 'red',
} as const;

/** One file: how far it is, what it would change or has changed, and the lines that cannot be taken in. */
export function ImportCard({ row }: { row: VocabularyImportRow }) {
  const { state, name, bytes, by, created_at: at, message, effects, problems } = row;
  const open = state === 'ready' || state === 'applying';
  const [details, setDetails] = useState(false);
  const shown = open || details;
  const more = effects.length > 0 || problems.length > 0;
  const facts = [
    t(`vocabularyFiles.form_${row.form}`),
    formatBytes(bytes),
    row.rows > 0 && t('vocabularyFiles.rows', { count: row.rows }),
    t('tags.whoWhen', { who: by ?? t('tags.nobody'), when: formatAgo(at) }),
  ].filter((fact) => fact !== false);
  return (
    <Paper withBorder p="md" component="article" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="flex-start">
          <div style={{ flex: '1 1 260px', minWidth: 0 }}>
            <Group gap="xs">
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Text>
              <Badge color={colors[state]}>{t(`vocabularyFiles.state_${state}`)}</Badge>
            </Group>
            <Text size="xs" c="dimmed" title={formatDate(at)}>
              {facts.join(' · ')}
            </Text>
          </div>
          {state === 'ready' && <Decision row={row} />}
          {!open && more && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={details}
              onClick={() => setDetails(!details)}
            >
              {details ? t('vocabularyFiles.hideDetails') : t('vocabularyFiles.showDetails')}
            </Button>
          )}
        </Group>
        {isAtWork(row) && <AtWork state={state === 'reading' ? 'reading' : 'applying'} />}
        {message !== '' && (
          <Text size="sm" c={state === 'refused' ? failedTone : 'dimmed'}>
            {message}
          </Text>
        )}
        {state === 'ready' && effects.length === 0 && (
          <Text size="sm">{t('vocabularyFiles.nothingToChange')}</Text>
        )}
        {shown && <Effects effects={effects} />}
        {shown && <Problems problems={problems} count={row.problem_count} />}
      </Stack>
    </Paper>
  );
}

function AtWork({ state }: { state: 'reading' | 'applying' }) {
  const said = t(`vocabularyFiles.atWork_${state}`);
  return (
    <div role="status">
      <Progress value={100} animated aria-label={said} mb={6} />
      <Text size="sm" c="dimmed">
        {said}
      </Text>
    </div>
  );
}

function Decision({ row }: { row: VocabularyImportRow }) {
  const client = useQueryClient();
  const path = { import_id: row.id };
  const onSettled = () =>
    Promise.all(
      [importsQuery.queryKey, ['jobs'], ['overview']].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
  const apply = useMutation({
    mutationFn: () => vocabularyImportsApply({ path }),
    onSuccess: () => notifications.show({ message: t('vocabularyFiles.applyStarted', { name: row.name }) }),
    onError: (problem) =>
      notifications.show({
        color: 'red',
        title: t('vocabularyFiles.applyFailed'),
        message: messageOf(problem),
      }),
    onSettled,
  });
  const discard = useMutation({
    mutationFn: () => vocabularyImportsDiscard({ path }),
    onSuccess: () => notifications.show({ message: t('vocabularyFiles.discarded', { name: row.name }) }),
    onError: (problem) =>
      notifications.show({
        color: 'red',
        title: t('vocabularyFiles.discardFailed'),
        message: messageOf(problem),
      }),
    onSettled,
  });
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
        {t('vocabularyFiles.discard')}
      </Button>
      <Button
        size="xs"
        disabled={row.effects.length === 0}
        loading={apply.isPending}
        onClick={() => apply.mutate()}
      >
        {t('vocabularyFiles.apply')}
      </Button>
    </Group>
  );
}

/** What the file changes, the first few by name. */
function Effects({ effects }: { effects: ImportEffect[] }) {
  if (effects.length === 0) return null;
  return (
    <List size="sm" spacing={6} aria-label={t('tags.effects')}>
      {effects.map(({ what, count, examples }) => (
        <List.Item key={what}>
          <Text inherit fw={550} className={classes.effect}>
            {t('vocabularyFiles.effect', { count, what })}
          </Text>
          {examples.length > 0 && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {examples.join(' · ')}
              {count > examples.length && ' …'}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}

/** Lines that cannot be taken in; all others are. */
function Problems({ problems, count }: { problems: ImportProblem[]; count: number }) {
  if (count === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={550}>
        {t('vocabularyFiles.problems', { count })}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <section className={classes.problems} tabIndex={0} aria-label={t('vocabularyFiles.problemLines')}>
        <Table fz="xs" verticalSpacing={4} className="tabular">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={70}>{t('vocabularyFiles.problemLine')}</Table.Th>
              <Table.Th>{t('vocabularyFiles.problemText')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.map(({ line, text, message }) => (
              <Table.Tr key={`${line} ${message}`}>
                <Table.Td style={{ verticalAlign: 'top' }}>{line}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {message}
                  {text !== '' && <Code ml={6}>{text}</Code>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {count > problems.length && (
        <Text size="xs" c="dimmed">
          {t('vocabularyFiles.problemsMore', { count: count - problems.length })}
        </Text>
      )}
    </Stack>
  );
}
