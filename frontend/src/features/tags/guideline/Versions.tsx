import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { GuidelineRow } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { guidelinesQuery } from '../api';
import classes from '../History.module.css';
import { VersionDiff } from './VersionDiff';

const atFirst = 10;

/** Every version of the guideline, newest first, each with what it changed. */
export function Versions({ tagId }: { tagId: number }) {
  const query = useQuery(guidelinesQuery(tagId));
  const [all, setAll] = useState(false);
  if (query.isPending) return <Skeleton h={60} role="status" aria-label={t('app.loading')} />;
  if (query.isError) return <ErrorState problem={query.error} onRetry={() => void query.refetch()} />;
  const versions = query.data;
  if (versions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('tags.noVersions')}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <ul className={classes.list}>
        {versions.slice(0, all ? undefined : atFirst).map((version, place) => (
          <Version key={version.version} version={version} before={versions[place + 1]} />
        ))}
      </ul>
      {!all && versions.length > atFirst && (
        <Group>
          <Button size="compact-sm" variant="default" onClick={() => setAll(true)}>
            {t('tags.showMore', { count: versions.length - atFirst })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Version({ version, before }: { version: GuidelineRow; before: GuidelineRow | undefined }) {
  const [open, setOpen] = useState(false);
  const number = String(version.version);
  return (
    <li className={classes.row}>
      <Stack gap={6} flex={1} miw={0}>
        <Group gap="xs" justify="space-between">
          <Group gap="xs">
            <Text size="sm" fw={550}>
              {t('tags.version', { version: number })}
            </Text>
            {version.asks_again && <Badge size="sm">{t('tags.askedAgain')}</Badge>}
            <Text size="xs" c="dimmed" title={formatDate(version.at)}>
              {t('tags.whoWhen', { who: version.by ?? t('tags.nobody'), when: formatAgo(version.at) })}
            </Text>
          </Group>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={open}
            aria-label={t('tags.whatChangedIn', { version: number })}
            onClick={() => setOpen(!open)}
          >
            {open ? t('tags.hideChanges') : t('tags.whatChanged')}
          </Button>
        </Group>
        {version.summary !== '' && <Text size="sm">{version.summary}</Text>}
        {open && <VersionDiff before={before} after={version} />}
      </Stack>
    </li>
  );
}
