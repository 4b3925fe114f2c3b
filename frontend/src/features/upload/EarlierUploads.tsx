import { Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { PageUploadRow, UploadRow } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { LinkAnchor } from '@/components/links';
import { formatAgo } from '@/lib/format';
import { t } from '@/lib/i18n';
import { backingOff } from '@/lib/polling';
import { listUploads } from './api';

const busy = (upload: UploadRow) => !upload.closed || upload.waiting > 0;

/** The last uploads of the library and what became of them, also after this page was closed. */
export function EarlierUploads() {
  const uploads = useQuery({
    queryKey: ['uploads'],
    queryFn: ({ signal }) => listUploads(signal),
    refetchInterval: backingOff<PageUploadRow>((page) => page?.items.some(busy) ?? true),
  });
  if (uploads.isError && !uploads.data)
    return <ErrorState problem={uploads.error} onRetry={() => uploads.refetch()} />;
  if (!uploads.data) return <Skeleton h={80} radius="lg" />;
  if (uploads.data.items.length === 0) return null;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {t('upload.earlier')}
      </Title>
      {uploads.data.items.map((upload) => (
        <Paper key={upload.id} withBorder px="md" py="sm">
          <Group justify="space-between" gap="xs">
            <Group gap="xs">
              <LinkAnchor to="/library" search={{ q: `upload:${upload.id}` }} fw={500} size="sm">
                {t('upload.earlierId', { id: String(upload.id) })}
              </LinkAnchor>
              <Text size="xs" c="dimmed">
                {formatAgo(upload.created_at)}
                {upload.source && ` · ${upload.source}`}
                {upload.licence && ` · ${upload.licence}`}
              </Text>
            </Group>
            <Text size="xs" c="dimmed" className="tabular">
              {figures(upload).join(' · ')}
            </Text>
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}

function figures(upload: UploadRow): string[] {
  const { stored, duplicates, rejected, waiting, sidecars } = upload;
  return [
    t('upload.count_stored', { count: stored }),
    duplicates > 0 && t('upload.count_duplicate', { count: duplicates }),
    rejected > 0 && t('upload.count_rejected', { count: rejected }),
    sidecars > 0 && t('upload.count_sidecar', { count: sidecars }),
    waiting > 0 && t('upload.count_waiting', { count: waiting }),
    !upload.closed && t('upload.earlierOpen'),
  ].filter((figure) => figure !== false);
}
