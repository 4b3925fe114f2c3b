import { Button, Divider, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBook2, IconCloudUpload, IconPhoto } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { newestJobQuery, retryJob } from '@/features/jobs/api';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { BookProgress } from './BookProgress';
import { bookState, loadBook } from './book';

/** Nothing here yet: upload, or try everything on the picture book. */
export function EmptyLibrary() {
  const mayUpload = useCan('image.upload');
  const text = mayUpload ? t('library.emptyText') : t('library.emptyReader');
  return (
    <EmptyState icon={IconPhoto} title={t('library.emptyTitle')} text={text} dashed={mayUpload}>
      {mayUpload && (
        <LinkButton
          to="/upload"
          size="lg"
          leftSection={<IconCloudUpload size={22} />}
          rightSection={<Kbd keys="u" onFilled />}
          {...shortcut('u', t('library.upload'))}
        >
          {t('library.upload')}
        </LinkButton>
      )}
      <PictureBook mayLoad={mayUpload} />
    </EmptyState>
  );
}

function PictureBook({ mayLoad }: { mayLoad: boolean }) {
  const client = useQueryClient();
  const mayRetry = useCan('job.manage');
  const onSettled = () =>
    Promise.all(['overview', 'jobs', 'uploads'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  const load = useMutation({
    mutationFn: loadBook,
    onSuccess: () => notifications.show({ message: t('library.bookStarted') }),
    onSettled,
  });
  const retry = useMutation({ mutationFn: retryJob, onSettled });
  const job = useQuery(newestJobQuery('book')).data;
  const state = bookState(load, job);
  if (state.name === 'drawing') return <BookProgress done={state.done} total={state.total} />;
  if (!mayLoad) return null;
  if (state.name === 'failed') {
    const { job: failed, message } = state;
    const again = failed === null ? () => load.mutate() : () => retry.mutate(failed.id);
    return (
      <ErrorState
        title={t('library.bookFailed')}
        problem={retry.error ?? new Error(message)}
        onRetry={failed === null || mayRetry ? again : undefined}
      />
    );
  }
  return (
    <Stack align="center" gap="sm">
      <Divider w={120} />
      <Text size="sm" c="dimmed">
        {t('library.bookText')}
      </Text>
      <Button
        variant="light"
        leftSection={<IconBook2 size={18} />}
        rightSection={<Kbd keys="b" />}
        loading={state.name === 'asking'}
        onClick={() => load.mutate()}
        {...shortcut('b', t('library.book'))}
      >
        {t('library.book')}
      </Button>
    </Stack>
  );
}
