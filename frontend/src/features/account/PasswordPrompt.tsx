import { Alert, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@/lib/i18n';
import { useUser } from '@/lib/session';
import { PasswordModal } from './PasswordModal';

const laterKey = 'labelhub.password-later';

/** Asks people who came by a one-time link for a password, once in a browser session and never in the way. */
export function PasswordPrompt() {
  const user = useUser();
  const [opened, { open, close }] = useDisclosure(false);
  const [later, setLater] = useState(() => sessionStorage.getItem(laterKey) !== null);
  if (!user || user.has_password || later) return null;

  function notNow() {
    sessionStorage.setItem(laterKey, '1');
    setLater(true);
  }

  return (
    <Alert variant="light" icon={<IconKey />} mb="md" py={8}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t('app.passwordPromptText')}</Text>
        <Group gap="xs">
          <Button size="xs" variant="subtle" onClick={notNow}>
            {t('app.later')}
          </Button>
          <Button size="xs" onClick={open}>
            {t('app.setPassword')}
          </Button>
        </Group>
      </Group>
      <PasswordModal opened={opened} onClose={close} />
    </Alert>
  );
}
