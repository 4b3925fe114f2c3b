import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy, IconPhoto } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { TaggersTryResponse } from '@/client';
import { useCopied } from '@/components/CopyText';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { Percent, ProbabilityBar } from '@/components/ProbabilityBar';
import { TagLink } from '@/components/TagLink';
import { hasMessage, t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { Threshold } from './Threshold';
import classes from './TryPage.module.css';
import { asText, byCategory, shownTags, type TrialTag } from './tags';

const seconds = new Intl.NumberFormat('en', { style: 'unit', unit: 'second', maximumSignificantDigits: 2 });

type Props = {
  trial: TaggersTryResponse;
  /** A probability; null: each tag from its own line on. */
  threshold: number | null;
  onThreshold: (threshold: number | null) => void;
  /** What is done with the picture where the library does not have it. */
  children: ReactNode;
};

export function TrialResult({ trial, threshold, onThreshold, children }: Props) {
  const { tags, width, height, image_id: imageId } = trial;
  const shown = shownTags(tags, threshold);
  return (
    <>
      <Paper
        withBorder
        p="md"
        component="section"
        aria-label={t('tryIt.result', { tagger: trial.tagger.name })}
      >
        <Stack gap="sm">
          <div>
            <Title order={2} size="h5">
              {t('tryIt.result', { tagger: trial.tagger.name })}
            </Title>
            <Text size="xs" c="dimmed" className="tabular">
              {t('tryIt.took', { width, height, duration: seconds.format(trial.seconds) })}
            </Text>
          </div>
          <Threshold tags={tags} value={threshold} onChange={onThreshold} />
          <Group justify="space-between" gap="xs">
            <Text size="sm" className="tabular" aria-live="polite">
              {t('tryIt.shown', { count: shown.length, total: tags.length })}
            </Text>
            {shown.length > 0 && <CopyTags tags={shown} />}
          </Group>
          {imageId === null ? (
            children
          ) : (
            <LinkButton
              to="/images/$id"
              params={{ id: String(imageId) }}
              variant="light"
              size="xs"
              leftSection={<IconPhoto size={16} />}
            >
              {t('tryIt.known')}
            </LinkButton>
          )}
        </Stack>
      </Paper>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(tags.length === 0 ? 'tryIt.nothing' : 'tryIt.none')}
        </Text>
      )}
      {byCategory(shown).map(([category, group]) => (
        <Category key={category} category={category} tags={group} />
      ))}
    </>
  );
}

function Category({ category, tags }: { category: string; tags: TrialTag[] }) {
  const key = `tryIt.category_${category}`;
  const title = hasMessage(key) ? t(key as 'tryIt.category_general') : category;
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <ul className={classes.list}>
        {tags.map((said) => (
          <li key={said.tag} className={classes.row}>
            <span className={classes.name}>
              <TagLink name={said.tag} />
            </span>
            <ProbabilityBar said={said} small />
            <Percent said={said} />
          </li>
        ))}
      </ul>
    </Paper>
  );
}

function CopyTags({ tags }: { tags: TrialTag[] }) {
  const [copied, copy] = useCopied(asText(tags));
  const label = t('tryIt.copy', { count: tags.length });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={
        copied ? <IconCheck size={16} color="var(--mantine-color-teal-6)" /> : <IconCopy size={16} />
      }
      rightSection={<Kbd keys="c" />}
      onClick={copy}
      {...shortcut('c', label)}
    >
      <span aria-live="polite">{copied ? t('app.copied') : label}</span>
    </Button>
  );
}
