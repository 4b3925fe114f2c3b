import { BarChart } from '@mantine/charts';
import { Table, Text } from '@mantine/core';
import type { DayRow } from '@/client';
import { formatDay, formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Charted } from './Charted';
import { Panel } from './Panel';
import { type AnswersPerDay as Answers, answersPerDay, MOST_PEOPLE } from './series';

/** Who answered how much on which day. */
export function AnswersPerDay({ rows }: { rows: DayRow[] }) {
  const hidden = new Set(rows.map(({ person }) => person)).size - MOST_PEOPLE + 1;
  const answers = answersPerDay(rows, t('progress.others', { count: hidden }));
  return (
    <Panel title={t('progress.daysTitle')} text={t('progress.daysText')}>
      {answers ? (
        <Charted
          summary={t('progress.daysSummary', {
            total: answers.total,
            day: formatDay(answers.busiest.day),
            most: answers.busiest.total,
          })}
          chart={<Chart answers={answers} />}
          table={<DaysTable answers={answers} />}
        />
      ) : (
        <Text size="sm">{t('progress.daysNone')}</Text>
      )}
    </Panel>
  );
}

function Chart({ answers: { days, series } }: { answers: Answers }) {
  return (
    <BarChart
      h={260}
      data={days.map((day) => ({ ...day, label: formatDay(day.day) }))}
      dataKey="label"
      type="stacked"
      series={series.map(({ key, name, color }) => ({ name: key, label: name, color }))}
      withLegend
      legendProps={{ verticalAlign: 'bottom' }}
      tickLine="none"
      maxBarWidth={28}
      xAxisProps={{ minTickGap: 24 }}
      yAxisProps={{ allowDecimals: false, width: 44 }}
      valueFormatter={formatNumber}
      barChartProps={{ accessibilityLayer: false }}
    />
  );
}

function DaysTable({ answers: { days, series } }: { answers: Answers }) {
  const some = days.filter(({ total }) => total > 0).toReversed();
  return (
    <Table.ScrollContainer minWidth={160 + 90 * series.length} maxHeight={320} type="native">
      <Table fz="sm" className="tabular nowrap" aria-label={t('progress.daysTitle')} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('progress.day')}</Table.Th>
            {series.map(({ key, name }) => (
              <Table.Th key={key} ta="right">
                {name}
              </Table.Th>
            ))}
            <Table.Th ta="right">{t('progress.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {some.map((day) => (
            <Table.Tr key={day.day}>
              <Table.Th scope="row" fw={500}>
                {formatDay(day.day)}
              </Table.Th>
              {series.map(({ key }) => (
                <Table.Td key={key} ta="right">
                  {formatNumber(Number(day[key] ?? 0))}
                </Table.Td>
              ))}
              <Table.Td ta="right" fw={600}>
                {formatNumber(day.total)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
