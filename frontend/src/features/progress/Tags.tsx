import { Table, Text } from '@mantine/core';
import type { TagProgressRow } from '@/client';
import { TagLink } from '@/components/TagLink';
import { cautionTone } from '@/components/tones';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Panel } from './Panel';
import classes from './People.module.css';
import { ShareBar } from './ShareBar';
import { useShortened } from './useShortened';

/** The tags people were asked about most, and where they contradict each other. */
export function Tags({ tags }: { tags: TagProgressRow[] }) {
  const { shown, more } = useShortened(tags);
  return (
    <Panel title={t('progress.tagsTitle')} text={t('progress.tagsText')} action={more}>
      {tags.length === 0 ? (
        <Text size="sm">{t('progress.tagsNone')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={480} type="native">
          <Table fz="sm" className="tabular nowrap" aria-label={t('progress.tagsTitle')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th className={classes.name}>{t('progress.tag')}</Table.Th>
                <Table.Th ta="right">{t('progress.column_answers')}</Table.Th>
                <Table.Th>{t('progress.bar')}</Table.Th>
                <Table.Th ta="right">{t('progress.conflicting')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ tag, answers, yes, no, unsure, conflicting }) => (
                <Table.Tr key={tag}>
                  <Table.Th scope="row" fw={500} className={classes.name}>
                    <TagLink name={tag} />
                  </Table.Th>
                  <Table.Td ta="right">{formatNumber(answers)}</Table.Td>
                  <Table.Td miw={170}>
                    <ShareBar yes={yes} no={no} unsure={unsure} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Text
                      span
                      inherit
                      c={conflicting > 0 ? cautionTone : 'dimmed'}
                      fw={conflicting > 0 ? 600 : undefined}
                    >
                      {formatNumber(conflicting)}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
