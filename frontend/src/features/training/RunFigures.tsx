import { Table, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunRow } from '@/client';
import { t } from '@/lib/i18n';
import { Difference } from './Difference';
import { formatFigure, hasFigures, type Unit } from './figures';

/** What a run made better or worse, before and after, with the number of things it was measured on. */
export function RunFigures({ run }: { run: RunRow }) {
  if (!hasFigures(run)) {
    return (
      <Text size="sm" c="dimmed">
        {t('training.noFigures')}
      </Text>
    );
  }
  const { scenes, unseen } = run;
  return (
    <Table fz="sm" verticalSpacing={5} horizontalSpacing={6} withRowBorders={false} className="tabular">
      <Table.Caption ta="left" fz="xs">
        {scenes.length > 0 ? t('training.macroF1') : t('training.noScenes')}
      </Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th pl={0}>{t('training.measuredOn')}</Table.Th>
          <Table.Th ta="right">{t('training.before')}</Table.Th>
          <Table.Th ta="right">{t('training.after')}</Table.Th>
          <Table.Th ta="right" pr={0}>
            {t('training.change')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {scenes.map(({ group, images, tags, before, after }) => (
          <Row key={group} before={before} after={after} unit="f1" strong={group === 'all'}>
            <Tooltip label={t('training.groupHint', { images, tags })} events={everyWay}>
              <span>{t(`training.group_${group}`)}</span>
            </Tooltip>
          </Row>
        ))}
        {unseen && (
          <Row before={unseen.before} after={unseen.after} unit="share" strong={scenes.length === 0}>
            <Tooltip
              label={t('training.unseenHint', { count: unseen.pairs })}
              multiline
              maw={300}
              events={everyWay}
            >
              <span>{t('training.unseen')}</span>
            </Tooltip>
          </Row>
        )}
      </Table.Tbody>
    </Table>
  );
}

const everyWay = { hover: true, focus: true, touch: true };

type RowProps = { before: number; after: number; unit: Unit; strong: boolean; children: ReactNode };

function Row({ before, after, unit, strong, children }: RowProps) {
  return (
    <Table.Tr fw={strong ? 600 : undefined}>
      <Table.Th scope="row" pl={0} fw="inherit">
        {children}
      </Table.Th>
      <Table.Td ta="right">{formatFigure(before, unit)}</Table.Td>
      <Table.Td ta="right">{formatFigure(after, unit)}</Table.Td>
      <Table.Td ta="right" pr={0}>
        <Difference before={before} after={after} unit={unit} />
      </Table.Td>
    </Table.Tr>
  );
}
