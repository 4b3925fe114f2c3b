import { Alert } from '@mantine/core';
import { IconWifiOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '@/lib/api';
import { t } from '@/lib/i18n';
import { overviewQuery } from '@/lib/session';

/** Says that the server cannot be reached, for as long as it cannot. */
export function ConnectionNotice() {
  const { error, failureReason } = useQuery(overviewQuery);
  const trouble = error ?? failureReason;
  const lost = trouble instanceof ApiError && trouble.isNetwork;
  return (
    <div aria-live="polite">
      {lost && (
        <Alert color="orange" variant="light" icon={<IconWifiOff />} mb="md" py="xs">
          {t('app.offline')}
        </Alert>
      )}
    </div>
  );
}
