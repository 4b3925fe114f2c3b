import { Modal, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { sessionGet } from '@/client';
import { announceSessionRestored, onSessionEnded } from '@/lib/api';
import { t } from '@/lib/i18n';
import { sessionQuery } from '@/lib/session';
import { SignInForm } from './SignInForm';

/**
 * When the session ends under a page, its user signs in above it: nothing that was typed or shown is lost. The cache keeps who was
 * signed in meanwhile, or the page below would take away what this person may do.
 */
export function SessionEnded() {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);

  /** Asks the server: a late answer may tell of the session before, and somebody may have signed in in another tab. */
  async function look(): Promise<void> {
    const session = await sessionGet().catch(() => null);
    if (!session) return;
    setEnded(session.user === null);
    if (!session.user || !ended) return;
    client.setQueryData(sessionQuery.queryKey, session);
    goOn();
  }

  function goOn() {
    setEnded(false);
    announceSessionRestored();
    void client.invalidateQueries();
  }

  useEffect(() => onSessionEnded(() => void look()));
  useWindowEvent('focus', () => {
    if (ended) void look();
  });

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
        <SignInForm onDone={goOn} />
        <Text size="xs" c="dimmed">
          {t('app.sessionEndedLink')}
        </Text>
      </Stack>
    </Modal>
  );
}
