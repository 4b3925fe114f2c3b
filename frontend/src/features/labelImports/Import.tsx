import { Badge, Button, Group, Paper, Progress, Stack, Table, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LabelImportRow } from '@/client';
import { cautionTone, failedTone } from '@/components/tones';
import { messageOf } from '@/lib/api';
import { formatAgo, formatBytes, formatDate, formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { type Deed, deeds, isBusy, refreshImports } from './api';
import classes from './Import.module.css';

const colors = {
  reading: 'accent',
  ready: 'orange',
  applying: 'accent',
  applied: 'teal',
  retracted: 'gray',
  refused: 'red',
} as const;
const open = ['ready', 'applying'];

type Props = { row: LabelImportRow };

/** One file: what it is, what it would change or has changed, and what can be done with it now. */
export function Import({ row }: Props) {
  const { name, state, form, absence } = row;
  return (
    <Paper withBorder className={classes.item} component="article" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Stack gap={0} miw={0} flex="1 1 260px">
            <Group gap="xs">
              <Text fw={550} className={classes.name}>
                {name}
              </Text>
              <Badge color={colors[state]}>{t(`labelImports.state_${state}`)}</Badge>
            </Group>
            <Text size="xs" c="dimmed" title={formatDate(row.created_at)}>
              {t('labelImports.byAgo', {
                by: row.by ?? t('labelImports.nobody'),
                ago: formatAgo(row.created_at),
              })}
              {' · '}
              {t('labelImports.about', {
                form: t(`labelImports.form_${form}`),
                size: formatBytes(row.bytes),
                absence: t(`labelImports.absentIs_${absence}`),
              })}
              {row.rows > 0 && ` · ${t('labelImports.rows', { count: row.rows })}`}
            </Text>
          </Stack>
          <Deeds row={row} />
        </Group>
        {isBusy(row) && <AtWork row={row} />}
        {row.message !== '' && (
          <Text
            size="sm"
            c={state === 'refused' ? failedTone : undefined}
            role={state === 'refused' ? 'alert' : undefined}
          >
            {row.message}
          </Text>
        )}
        {state !== 'reading' && state !== 'refused' && <Details row={row} opened={open.includes(state)} />}
      </Stack>
    </Paper>
  );
}

function AtWork({ row: { state, rows, rows_done: done } }: Props) {
  const known = state === 'applying' && rows > 0;
  const said = known ? t('labelImports.rowsDone', { done, total: rows }) : t('labelImports.reading');
  return (
    <div>
      <Progress value={known ? (100 * done) / rows : 100} animated aria-label={said} mb={4} />
      <Text size="xs" c="dimmed" className="tabular">
        {said}
      </Text>
    </div>
  );
}

/** Open while it is to be decided about; later one looks only now and then. */
function Details({ row, opened }: Props & { opened: boolean }) {
  const title = t(row.state === 'ready' ? 'labelImports.effects' : 'labelImports.effectsDone');
  return (
    <details open={opened}>
      <Text component="summary" size="sm" fw={550} style={{ cursor: 'pointer' }}>
        {title}
      </Text>
      <Stack gap="sm" mt="xs">
        <Effects row={row} />
        {row.problem_count > 0 && <Problems row={row} />}
      </Stack>
    </details>
  );
}

function Effects({ row: { effects } }: Props) {
  if (effects.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('labelImports.effectsNone')}
      </Text>
    );
  }
  return (
    <ul className={classes.effects}>
      {effects.map(({ what, count, examples }) => (
        <li key={what} className={classes.effect}>
          <span className={classes.count}>{formatNumber(count)}</span>
          <span>{what}</span>
          {examples.length > 0 && <span className={classes.examples}>{examples.join(' · ')}</span>}
        </li>
      ))}
    </ul>
  );
}

function Problems({ row: { problems, problem_count: count } }: Props) {
  return (
    <div>
      <Text size="sm" fw={550} c={cautionTone}>
        {t('labelImports.problems', { count })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('labelImports.problemsText')}
        {problems.length < count && ` ${t('labelImports.problemsFirst', { count: problems.length })}`}
      </Text>
      <Table.ScrollContainer minWidth={420} maxHeight={260}>
        <Table fz="xs" verticalSpacing={3} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={70}>{t('labelImports.line')}</Table.Th>
              <Table.Th>{t('labelImports.found')}</Table.Th>
              <Table.Th>{t('labelImports.why')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.map(({ line, text, message }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line may have several, and they never change places
              <Table.Tr key={place}>
                <Table.Td className="tabular">{formatNumber(line)}</Table.Td>
                <Table.Td className={classes.text} translate="no">
                  {text}
                </Table.Td>
                <Table.Td className={classes.text}>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

const done = {
  apply: 'labelImports.applying',
  discard: 'labelImports.discarded',
  retract: 'labelImports.retracted',
  restore: 'labelImports.restored',
} as const;

function Deeds({ row }: Props) {
  const client = useQueryClient();
  const { id, name, state } = row;
  const act = useMutation<unknown, unknown, Deed>({
    mutationFn: (deed) => deeds[deed]({ path: { import_id: id } }),
    onSuccess: (_, deed) => notifications.show({ message: t(done[deed], { name }) }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('labelImports.failed'), message: messageOf(problem) }),
    onSettled: () => refreshImports(client),
  });
  const retract = () =>
    modals.openConfirmModal({
      title: t('labelImports.retractTitle', { name }),
      children: <Text size="sm">{t('labelImports.retractText')}</Text>,
      labels: { confirm: t('labelImports.retract'), cancel: t('app.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => act.mutate('retract'),
    });
  const button = (deed: Deed, variant: string, onClick = () => act.mutate(deed)) => (
    <Button
      size="xs"
      variant={variant}
      loading={act.isPending && act.variables === deed}
      disabled={act.isPending}
      onClick={onClick}
    >
      {t(`labelImports.${deed}`)}
    </Button>
  );
  return (
    <Group gap="xs">
      {(state === 'ready' || state === 'refused') && button('discard', 'default')}
      {state === 'ready' && button('apply', 'filled')}
      {(state === 'applied' || state === 'applying') && button('retract', 'default', retract)}
      {state === 'retracted' && button('restore', 'default')}
    </Group>
  );
}
