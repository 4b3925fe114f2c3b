import { Paper, Skeleton, Stack, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { VocabularyImportRow } from '@/client';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { importsOf, importsQuery, isAtWork, refreshVocabulary } from '../api';
import { ImportCard } from './ImportCard';
import { SendFile } from './SendFile';

/** Files about the vocabulary: sent, read by a worker, looked at, applied. */
export function ImportPage() {
  const mayChange = useCan('tag.change');
  return (
    <>
      <PageTitle title={t('vocabularyFiles.title')} text={t('vocabularyFiles.text')}>
        <LinkButton to="/tags" variant="default">
          {t('tags.title')}
        </LinkButton>
      </PageTitle>
      {mayChange ? (
        <Stack gap="lg">
          <SendFile />
          <Imports />
        </Stack>
      ) : (
        <EmptyState
          icon={IconLock}
          title={t('vocabularyFiles.notAllowedTitle')}
          text={t('vocabularyFiles.notAllowedText')}
        />
      )}
    </>
  );
}

function Imports() {
  const query = useInfiniteQuery(importsQuery);
  const rows = importsOf(query.data);
  const open = rows.filter((row) => isAtWork(row) || row.state === 'ready');
  const earlier = rows.filter((row) => !open.includes(row));
  useFreshVocabulary(rows);
  if (query.isPending) {
    return (
      <Paper withBorder p="md" role="status" aria-label={t('app.loading')}>
        <Skeleton h={16} w="40%" />
      </Paper>
    );
  }
  return (
    <>
      {query.isError && <ErrorState problem={query.error} onRetry={() => void query.refetch()} />}
      <List title={t('vocabularyFiles.open')} rows={open} />
      <List title={t('vocabularyFiles.earlier')} rows={earlier} />
      <LoadMore query={query} />
    </>
  );
}

function List({ title, rows }: { title: string; rows: VocabularyImportRow[] }) {
  if (rows.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {rows.map((row) => (
        <ImportCard key={row.id} row={row} />
      ))}
    </Stack>
  );
}

/** When a file has been applied, every list of tags is stale. */
function useFreshVocabulary(rows: VocabularyImportRow[]) {
  const client = useQueryClient();
  const applied = rows.filter(({ state }) => state === 'applied').length;
  const before = useRef(applied);
  useEffect(() => {
    if (applied > before.current) void refreshVocabulary(client);
    before.current = applied;
  }, [client, applied]);
}
