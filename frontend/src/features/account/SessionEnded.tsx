import { Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { sessionGet } from '@/client';
import { announceSessionRestored, onSessionEnded } from '@/lib/api';
import { t } from '@/lib/i18n';
import { SignInForm } from './SignInForm';

/** When the session ends under a page, its user signs in above it: nothing that was typed or shown is lost. */
export function SessionEnded() {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(
    () =>
      onSessionEnded(async () => {
        // An answer that was still on its way may tell of the session before; and the cache keeps who was signed in,
        // or the page below would lose what this person may do.
        const { user } = await sessionGet().catch(() => ({ user: null }));
        setEnded(user === null);
      }),
    [],
  );
  return (
    <Modal
      opened={ended}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('app.sessionEndedTitle')}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('app.sessionEndedText')}
        </Text>
        <SignInForm
          onDone={() => {
            setEnded(false);
            announceSessionRestored();
            void client.invalidateQueries();
          }}
        />
      </Stack>
    </Modal>
  );
}
