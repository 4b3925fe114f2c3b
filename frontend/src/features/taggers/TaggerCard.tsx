import { Badge, Group, Loader, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunRow, TaggerRow } from '@/client';
import { Hash } from '@/components/Hash';
import { LinkButton } from '@/components/links';
import { failedTone } from '@/components/tones';
import { RunFigures } from '@/features/training/RunFigures';
import { formatDate, formatNumber, formatRawScore } from '@/lib/format';
import { t } from '@/lib/i18n';
import { canTry, isArriving } from './api';
import { Decisions } from './Decisions';
import { describeRuntime } from './runtime';
import { taggerColors } from './states';
import classes from './TaggerCard.module.css';

type Props = {
  tagger: TaggerRow;
  /** The name of the tagger that serves now. */
  serving: string | undefined;
  /** What taught it, where answers did. */
  run?: RunRow | undefined;
};

export function TaggerCard({ tagger, serving, run }: Props) {
  const { state, origin, message, about, run_id: runId } = tagger;
  const loaded = tagger.sha256 !== '';
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={tagger.name}
      className={classes.card}
      data-serving={state === 'serving' || undefined}
    >
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
              {tagger.name}
            </Title>
            <Text size="sm" c="dimmed">
              {t(`taggers.origin_${origin}`)}
            </Text>
          </div>
          <Group gap={6} wrap="nowrap" flex="none">
            {isArriving(tagger) && <Loader size={14} />}
            <Badge color={taggerColors[state]}>{t(`taggers.state_${state}`)}</Badge>
          </Group>
        </Group>
        {about !== '' && <Text size="sm">{about}</Text>}
        {message !== '' && (
          <Text size="sm" c={state === 'refused' ? failedTone : 'dimmed'}>
            {message}
          </Text>
        )}
        {run?.state === 'done' && <RunFigures run={run} />}
        {state === 'warming' && <Warming tagger={tagger} serving={serving} />}
        {loaded && <Facts tagger={tagger} />}
        {tagger.runtime && (
          <Text size="xs" c="dimmed">
            {describeRuntime(tagger.runtime)}
          </Text>
        )}
        <Group gap="xs" mt="auto">
          <Decisions tagger={tagger} />
          {canTry(tagger) && (
            <LinkButton
              to="/try"
              search={{ tagger: tagger.id }}
              size="xs"
              variant="default"
              aria-label={t('taggers.tryItNamed', { name: tagger.name })}
            >
              {t('taggers.tryIt')}
            </LinkButton>
          )}
          {runId !== null && (
            <LinkButton
              to="/taggers/runs/$id"
              params={{ id: String(runId) }}
              size="xs"
              variant="subtle"
              aria-label={t('taggers.detailsOf', { name: tagger.name })}
            >
              {t('training.details')}
            </LinkButton>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

/** How far it is with looking at the images before it serves. */
function Warming({ tagger, serving }: Pick<Props, 'tagger' | 'serving'>) {
  const { images_pretagged: done, images_total: total } = tagger;
  const said = t('taggers.warmingOf', { done, total });
  return (
    <Stack gap={6}>
      <Progress value={total > 0 ? (100 * done) / total : 100} animated aria-label={said} />
      <Text size="xs" c="dimmed" className="tabular">
        {said}
      </Text>
      <Text size="sm">
        {serving === undefined ? t('taggers.warmingAlone') : t('taggers.warmingText', { serving })}
      </Text>
    </Stack>
  );
}

function Facts({ tagger }: Pick<Props, 'tagger'>) {
  const { tags, width, image_size: size, threshold, created_at: since } = tagger;
  const { images_pretagged: done, images_total: total } = tagger;
  return (
    <dl className={`${classes.facts} tabular`}>
      <Fact name={t('taggers.tags')}>{formatNumber(tags)}</Fact>
      <Fact name={t('taggers.width')}>{formatNumber(width)}</Fact>
      <Fact name={t('taggers.imageSize')}>{t('taggers.imageSizeValue', { size })}</Fact>
      <Fact name={t('taggers.threshold')}>{t('app.rawScore', { score: formatRawScore(threshold) })}</Fact>
      <Fact name={t('taggers.pretagged')}>{t('taggers.pretaggedOf', { done, total })}</Fact>
      <Fact name={t('taggers.since')}>{formatDate(since)}</Fact>
      <Fact name={t('taggers.hash')}>
        <Hash sha256={tagger.sha256} label={t('taggers.copyHash')} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
