import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { Totals } from '@/client';
import { formatNumber, formatPercent } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './Tiles.module.css';

/** The library and its people in six figures. */
export function Tiles({ totals }: { totals: Totals }) {
  const { images, pretagged, answers, answers_7d: week, people, open_questions: open } = totals;
  const tiles = [
    [t('progress.images'), images],
    [
      t('progress.pretagged'),
      pretagged,
      images > 0 ? t('progress.pretaggedShare', { share: formatPercent(pretagged / images) }) : '',
    ],
    [t('progress.answers'), answers],
    [t('progress.answersWeek'), week],
    [t('progress.people'), people],
    [t('progress.openQuestions'), open],
  ] as const;
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" m={0}>
      {tiles.map(([name, value, note]) => (
        <Paper key={name} withBorder px="md" py="sm" className={classes.tile}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <dd className={`${classes.value} tabular`}>
            {formatNumber(value)}
            {note && (
              <Text span size="xs" c="dimmed" fw={400} display="block">
                {note}
              </Text>
            )}
          </dd>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
