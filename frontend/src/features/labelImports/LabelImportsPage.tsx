import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { LoadMore } from '@/components/LoadMore';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { importsQuery } from './api';
import { Import } from './Import';
import { NewImport } from './NewImport';

export function LabelImportsPage() {
  const mayImport = useCan('label.curate');
  if (!mayImport) {
    return (
      <EmptyState
        icon={IconLock}
        title={t('labelImports.notAllowedTitle')}
        text={t('labelImports.notAllowedText')}
      />
    );
  }
  return (
    <>
      <PageTitle title={t('labelImports.title')} text={t('labelImports.text')} />
      <Stack gap="lg">
        <NewImport />
        <Imports />
      </Stack>
    </>
  );
}

/** The files that were sent, newest first. */
function Imports() {
  const imports = useInfiniteQuery(importsQuery);
  if (imports.isError && !imports.data)
    return <ErrorState problem={imports.error} onRetry={() => imports.refetch()} />;
  if (!imports.data) return <Skeleton h={120} radius="lg" />;
  const rows = imports.data.pages.flatMap((page) => page.items);
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {t('labelImports.imports')}
      </Title>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('labelImports.importsNone')}
        </Text>
      )}
      {rows.map((row) => (
        <Import key={row.id} row={row} />
      ))}
      <LoadMore query={imports} />
    </Stack>
  );
}
