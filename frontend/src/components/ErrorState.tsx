import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';

type Props = { problem: unknown; title?: string; onRetry?: () => void };

/** Something could not be loaded or done: the server's sentence and a way to try again. */
export function ErrorState({ problem, title = t('app.loadFailed'), onRetry }: Props) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{messageOf(problem)}</Text>
        {onRetry && (
          <Button
            size="xs"
            color="red"
            variant="light"
            leftSection={<IconRefresh size={16} />}
            onClick={onRetry}
          >
            {t('app.tryAgain')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
