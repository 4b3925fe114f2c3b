import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconCloudDownload,
  IconPlugConnectedX,
  IconRefresh,
  IconSchool,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Overview } from '@/client';
import { LinkButton } from '@/components/links';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { fetchPublished } from './api';

/** What everybody should know before they trust a suggestion. */
export function Notices({ overview }: { overview: Overview }) {
  const { tagger, hub } = overview;
  const quiet = hub.state === 'have' || hub.state === 'unknown';
  if (tagger && tagger.origin !== 'starter' && quiet) return null;
  return (
    <Stack gap="sm" mb="md">
      {tagger?.origin === 'starter' && (
        <Alert color="orange" variant="light" icon={<IconSchool />} title={t('taggers.starterTitle')}>
          {t('taggers.starterText')}
        </Alert>
      )}
      {!tagger && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle />} title={t('taggers.nobodyTitle')}>
          {t('taggers.nobodyText')}
        </Alert>
      )}
      {hub.state === 'unreachable' && (
        <Alert color="gray" variant="light" icon={<IconPlugConnectedX />} title={t('taggers.hubTitle')}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" maw="75ch">
              {hub.message}
            </Text>
            <FetchAgain />
          </Group>
        </Alert>
      )}
      {hub.state === 'fetching' && (
        <Alert color="accent" variant="light" icon={<IconCloudDownload />} title={t('taggers.hubFetching')}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{hub.message}</Text>
            <LinkButton to="/jobs" size="xs" variant="light">
              {t('taggers.toJobs')}
            </LinkButton>
          </Group>
        </Alert>
      )}
    </Stack>
  );
}

function FetchAgain() {
  const client = useQueryClient();
  const canManage = useCan('tagger.manage');
  const fetching = useMutation({
    mutationFn: fetchPublished,
    onSuccess: () => notifications.show({ message: t('taggers.fetchStarted') }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('taggers.fetchFailed'), message: messageOf(problem) }),
    onSettled: () =>
      Promise.all(
        ['overview', 'taggers', 'jobs'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
  if (!canManage) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {t('taggers.tryAgain')}
    </Button>
  );
}
