import { LineChart } from '@mantine/charts';
import { Badge, Group, Table, Text } from '@mantine/core';
import type { RunPoint } from '@/client';
import { LinkAnchor, LinkButton } from '@/components/links';
import { taggerColors } from '@/features/taggers/states';
import { Difference } from '@/features/training/Difference';
import { formatFigure } from '@/features/training/figures';
import { formatDate, formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Charted } from './Charted';
import { Panel } from './Panel';
import { curveDomain } from './series';

/** What each retraining made of the figures, the oldest first. */
export function LearningCurve({ runs }: { runs: RunPoint[] }) {
  const newest = runs.at(-1);
  return (
    <Panel title={t('progress.curveTitle')} text={t('progress.curveText')}>
      {newest ? (
        <Charted
          summary={t('progress.curveSummary', {
            count: runs.length,
            before: formatFigure(newest.before, 'f1'),
            after: formatFigure(newest.after, 'f1'),
          })}
          chart={<Chart runs={runs} />}
          table={<RunsTable runs={runs} />}
        />
      ) : (
        <Group gap="sm">
          <Text size="sm">{t('progress.curveNone')}</Text>
          <LinkButton to="/taggers" size="xs" variant="light">
            {t('progress.toTaggers')}
          </LinkButton>
        </Group>
      )}
    </Panel>
  );
}

function Chart({ runs }: { runs: RunPoint[] }) {
  const points = runs.map(({ run_id: id, before, after }) => ({
    run: t('progress.runShort', { id: String(id) }),
    before,
    after,
  }));
  return (
    <LineChart
      h={260}
      data={points}
      dataKey="run"
      series={[
        { name: 'after', label: t('progress.after'), color: 'accent.5' },
        { name: 'before', label: t('progress.before'), color: 'gray.5', strokeDasharray: '4 4' },
      ]}
      curveType="linear"
      withLegend
      legendProps={{ verticalAlign: 'bottom' }}
      tickLine="none"
      xAxisProps={{ padding: { left: 24, right: 24 }, minTickGap: 24 }}
      yAxisProps={{
        domain: curveDomain(runs),
        width: 52,
        tickFormatter: (value) => formatFigure(value, 'f1'),
      }}
      valueFormatter={(value) => formatFigure(value, 'f1')}
      lineChartProps={{ accessibilityLayer: false }}
    />
  );
}

function RunsTable({ runs }: { runs: RunPoint[] }) {
  return (
    <Table.ScrollContainer minWidth={640} maxHeight={320} type="native">
      <Table fz="sm" className="tabular nowrap" aria-label={t('progress.curveTitle')} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('progress.run')}</Table.Th>
            <Table.Th>{t('progress.when')}</Table.Th>
            <Table.Th ta="right">{t('progress.learnedFrom')}</Table.Th>
            <Table.Th ta="right">{t('progress.before')}</Table.Th>
            <Table.Th ta="right">{t('progress.after')}</Table.Th>
            <Table.Th ta="right">{t('progress.change')}</Table.Th>
            <Table.Th>{t('progress.became')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.toReversed().map(({ run_id: id, at, pairs, before, after, candidate_state: state }) => (
            <Table.Tr key={id}>
              <Table.Th scope="row" fw={500}>
                <LinkAnchor to="/taggers/runs/$id" params={{ id: String(id) }} size="sm">
                  {t('progress.runShort', { id: String(id) })}
                </LinkAnchor>
              </Table.Th>
              <Table.Td>{formatDate(at)}</Table.Td>
              <Table.Td ta="right">{formatNumber(pairs)}</Table.Td>
              <Table.Td ta="right">{formatFigure(before, 'f1')}</Table.Td>
              <Table.Td ta="right">{formatFigure(after, 'f1')}</Table.Td>
              <Table.Td ta="right">
                <Difference before={before} after={after} unit="f1" />
              </Table.Td>
              <Table.Td>
                {state ? (
                  <Badge color={taggerColors[state]}>{t(`taggers.state_${state}`)}</Badge>
                ) : (
                  t('progress.never')
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
