import { Table, Text } from '@mantine/core';
import type { PersonRow } from '@/client';
import { formatAgo, formatDate, formatNumber, formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Panel } from './Panel';
import classes from './People.module.css';
import { ShareBar } from './ShareBar';
import { useShortened } from './useShortened';

const seconds = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Who answers how much, how fast, and how much like the others. */
export function People({ people }: { people: PersonRow[] }) {
  const { shown, more } = useShortened(people);
  return (
    <Panel title={t('progress.peopleTitle')} text={t('progress.peopleText')} action={more}>
      <Table.ScrollContainer minWidth={820} type="native">
        <Table fz="sm" className="tabular nowrap" aria-label={t('progress.peopleTitle')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.name}>{t('progress.person')}</Table.Th>
              <Table.Th ta="right">{t('progress.column_answers')}</Table.Th>
              <Table.Th ta="right">{t('progress.seconds')}</Table.Th>
              <Table.Th>{t('progress.bar')}</Table.Th>
              <Table.Th ta="right">{t('progress.agreement')}</Table.Th>
              <Table.Th ta="right">{t('progress.retracted')}</Table.Th>
              <Table.Th>{t('progress.last')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <Person key={row.person} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function Person({ row }: { row: PersonRow }) {
  const { person, role, answers, yes, no, unsure, shared, agreement, last_at: last } = row;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={550} className={classes.name}>
        {person}
        <Text size="xs" c="dimmed" fw={400}>
          {t(`app.role_${role}`)}
        </Text>
      </Table.Th>
      <Table.Td ta="right" fw={600}>
        {formatNumber(answers)}
      </Table.Td>
      <Table.Td ta="right">
        {row.median_seconds === null ? t('progress.never') : seconds.format(row.median_seconds)}
      </Table.Td>
      <Table.Td miw={170}>
        {answers > 0 ? <ShareBar yes={yes} no={no} unsure={unsure} /> : t('progress.never')}
      </Table.Td>
      <Table.Td ta="right">
        {agreement === null ? (
          t('progress.never')
        ) : (
          <>
            {formatPercent(agreement)}
            <Text size="xs" c="dimmed">
              {t('progress.shared', { count: shared })}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td ta="right">{formatNumber(row.retracted)}</Table.Td>
      <Table.Td title={last ? formatDate(last) : undefined}>
        {last ? formatAgo(last) : t('progress.never')}
      </Table.Td>
    </Table.Tr>
  );
}
