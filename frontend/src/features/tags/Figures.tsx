import { Group, Stack, Text } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import type { MeasuredFigures, TagPage } from '@/client';
import { LinkButton } from '@/components/links';
import { Section } from '@/features/images/Section';
import { formatFigure } from '@/features/training/figures';
import { formatNumber, formatProbability } from '@/lib/format';
import { t } from '@/lib/i18n';
import classes from './Figures.module.css';

/** What was measured of a tagger's decisions about this tag, and where the serving one draws its line. */
export function Figures({ tag }: { tag: TagPage }) {
  const { published, known, line, name } = tag;
  return (
    <Section title={t('tags.figures')}>
      {published && <Published figures={published} />}
      {!published && (
        <Text size="sm" c="dimmed">
          {t('tags.noFigures')}
        </Text>
      )}
      <Text size="sm">
        {known
          ? line === null
            ? t('tags.known')
            : t('tags.line', { line: formatProbability(line) })
          : t('tags.unknown')}
      </Text>
      {known && (
        <Group>
          <LinkButton
            to="/library"
            search={{ near: name }}
            size="xs"
            variant="default"
            leftSection={<IconArrowsSplit2 size={15} />}
          >
            {t('tags.near')}
          </LinkButton>
        </Group>
      )}
    </Section>
  );
}

function Published({ figures }: { figures: MeasuredFigures }) {
  const { origin, positives, precision, recall, f1, low, high, hits, alarms, misses } = figures;
  const [value, from, to] = [f1, low, high].map((figure) => formatFigure(figure, 'f1'));
  const interval = t('tags.f1Interval', { f1: value ?? '', low: from ?? '', high: to ?? '' });
  return (
    <Stack gap={8}>
      <div role="img" aria-label={interval} title={interval}>
        <Group justify="space-between" align="baseline" mb={6} aria-hidden="true">
          <Text fw={650} size="xl" lh={1} className="tabular">
            {value}
          </Text>
          <Text size="xs" c="dimmed" className="tabular">
            {t('tags.f1Range', { low: from ?? '', high: to ?? '' })}
          </Text>
        </Group>
        <div className={classes.bar}>
          <div className={classes.value} style={{ width: `${100 * f1}%` }} />
          <div
            className={classes.interval}
            style={{ left: `${100 * low}%`, width: `${100 * Math.max(0, high - low)}%` }}
          />
        </div>
      </div>
      <dl className={`${classes.facts} tabular`}>
        <dt>{t('tags.precision')}</dt>
        <dd>{formatFigure(precision, 'f1')}</dd>
        <dt>{t('tags.recall')}</dt>
        <dd>{formatFigure(recall, 'f1')}</dd>
        <dt>{t('tags.hits')}</dt>
        <dd>{formatNumber(hits)}</dd>
        <dt>{t('tags.alarms')}</dt>
        <dd>{formatNumber(alarms)}</dd>
        <dt>{t('tags.misses')}</dt>
        <dd>{formatNumber(misses)}</dd>
      </dl>
      <Text size="xs" c="dimmed">
        {t('tags.measuredBy', { origin, count: positives })}
      </Text>
    </Stack>
  );
}
