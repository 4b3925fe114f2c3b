import { Skeleton, Tabs, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { TagPage } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { Section } from '@/features/images/Section';
import { t } from '@/lib/i18n';
import { changesOf, changesQuery } from './api';
import { ChangeItem } from './changes/ChangeItem';
import { Versions } from './guideline/Versions';
import classes from './History.module.css';

/** Who changed what about the tag, and what the guideline said before. */
export function History({ tag }: { tag: TagPage }) {
  return (
    <Section title={t('tags.history')}>
      <Tabs defaultValue="changes" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="changes">{t('tags.changes')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('tags.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="changes">
          <Changes tagId={tag.id} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions tagId={tag.id} />
        </Tabs.Panel>
      </Tabs>
    </Section>
  );
}

function Changes({ tagId }: { tagId: number }) {
  const query = useInfiniteQuery(changesQuery(tagId));
  const changes = changesOf(query.data);
  useFreshCounts(changes.reduce((sum, change) => sum + change.images_left, 0));
  if (query.isPending) return <Skeleton h={60} role="status" aria-label={t('app.loading')} />;
  return (
    <>
      {query.isError && <ErrorState problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && changes.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('tags.noChanges')}
        </Text>
      )}
      {changes.length > 0 && (
        <ul className={classes.list}>
          {changes.map((change) => (
            <ChangeItem key={change.id} change={change} />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </>
  );
}

/** When the last image has followed, the tag's figures are others. */
function useFreshCounts(left: number) {
  const client = useQueryClient();
  const before = useRef(left);
  useEffect(() => {
    if (before.current > 0 && left === 0) void client.invalidateQueries({ queryKey: ['tag'] });
    before.current = left;
  }, [client, left]);
}
