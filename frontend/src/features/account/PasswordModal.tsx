import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { sessionQuery, useUser } from '@/lib/session';
import { setPassword } from './api';

type Props = { opened: boolean; onClose: () => void };

export function PasswordModal({ opened, onClose }: Props) {
  const user = useUser();
  const client = useQueryClient();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [differs, setDiffers] = useState(false);
  const save = useMutation({
    mutationFn: setPassword,
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      notifications.show({ message: t('app.passwordSaved') });
      leave();
    },
  });

  function leave() {
    setFirst('');
    setSecond('');
    setDiffers(false);
    save.reset();
    onClose();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setDiffers(first !== second);
    if (first === second) save.mutate(first);
  }

  const refusal = save.error instanceof ApiError ? save.error.fields.password : undefined;
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={user?.has_password ? t('app.changePassword') : t('app.passwordTitle')}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('app.passwordText')}
          </Text>
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={user?.username ?? ''}
            readOnly
            hidden
          />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': t('app.showPassword') }}
            label={t('app.passwordNew')}
            autoComplete="new-password"
            value={first}
            onChange={(event) => setFirst(event.currentTarget.value)}
            error={save.error && (refusal ?? messageOf(save.error))}
            required
            withAsterisk={false}
            data-autofocus
          />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': t('app.showPassword') }}
            label={t('app.passwordAgain')}
            autoComplete="new-password"
            value={second}
            onChange={(event) => setSecond(event.currentTarget.value)}
            error={differs && t('app.passwordDiffers')}
            required
            withAsterisk={false}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('app.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
