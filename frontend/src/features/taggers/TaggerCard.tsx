import { Badge, Box, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { TaggerRow } from '@/client';
import { Hash } from '@/components/Hash';
import { cautionTone, failedTone } from '@/components/tones';
import { messageOf } from '@/lib/api';
import { formatDate, formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { isArriving, promoteTagger } from './api';
import classes from './TaggerCard.module.css';

const colors = {
  fetching: 'gray',
  registering: 'accent',
  refused: 'red',
  candidate: 'accent',
  serving: 'teal',
  retired: 'gray',
} as const;

type Props = { tagger: TaggerRow; images: number | undefined };

export function TaggerCard({ tagger, images }: Props) {
  const { state, origin, message } = tagger;
  const canPromote = useCan('tagger.manage') && (state === 'candidate' || state === 'retired');
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
            <Text size="sm" c={origin === 'untrained' ? cautionTone : 'dimmed'}>
              {t(`taggers.origin_${origin}`)}
            </Text>
          </div>
          <Group gap={6} wrap="nowrap">
            {isArriving(tagger) && <Loader size={14} />}
            <Badge color={colors[state]}>{t(`taggers.state_${state}`)}</Badge>
          </Group>
        </Group>
        {message !== '' && (
          <Text size="sm" c={state === 'refused' ? failedTone : 'dimmed'}>
            {message}
          </Text>
        )}
        {loaded && <Facts tagger={tagger} images={images} />}
        {canPromote && (
          <Box mt="auto">
            <Promote tagger={tagger} />
          </Box>
        )}
      </Stack>
    </Paper>
  );
}

function Facts({ tagger, images }: Props) {
  const { tags, width, image_size: size, threshold, images_pretagged: done, created_at: since } = tagger;
  const looked =
    images === undefined ? formatNumber(done) : t('taggers.pretaggedOf', { done, total: images });
  return (
    <dl className={`${classes.facts} tabular`}>
      <Fact name={t('taggers.tags')}>{formatNumber(tags)}</Fact>
      <Fact name={t('taggers.width')}>{formatNumber(width)}</Fact>
      <Fact name={t('taggers.imageSize')}>{t('taggers.imageSizeValue', { size })}</Fact>
      <Fact name={t('taggers.threshold')}>{formatNumber(threshold)}</Fact>
      <Fact name={t('taggers.pretagged')}>{looked}</Fact>
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

function Promote({ tagger }: { tagger: TaggerRow }) {
  const client = useQueryClient();
  const { name } = tagger;
  const promote = useMutation({
    mutationFn: () => promoteTagger(tagger.id),
    onSuccess: () => notifications.show({ color: 'teal', message: t('taggers.promoted', { name }) }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('taggers.promoteFailed'), message: messageOf(problem) }),
    onSettled: () =>
      Promise.all(
        ['overview', 'taggers', 'jobs', 'review'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t('taggers.promoteTitle', { name }),
      children: (
        <Stack gap="xs">
          {tagger.origin === 'untrained' && (
            <Text size="sm" fw={600} c={cautionTone}>
              {t('taggers.promoteUntrained')}
            </Text>
          )}
          <Text size="sm">{t('taggers.promoteText')}</Text>
        </Stack>
      ),
      labels: { confirm: t('taggers.promote'), cancel: t('app.cancel') },
      onConfirm: () => promote.mutate(),
    });
  return (
    <Button size="xs" variant="light" loading={promote.isPending} onClick={ask}>
      {t('taggers.promote')}
    </Button>
  );
}
