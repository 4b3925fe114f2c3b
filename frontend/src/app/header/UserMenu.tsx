import { ActionIcon, Avatar, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconKey, IconLogout } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { signOut } from '@/features/account/api';
import { PasswordModal } from '@/features/account/PasswordModal';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { sessionQuery, useUser } from '@/lib/session';

export function UserMenu() {
  const user = useUser();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, { user: null });
      await navigate({ to: '/sign-in' });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('app.signOutFailed'), message: messageOf(problem) }),
  });
  if (!user) return null;
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon size="lg" radius="xl" aria-label={t('app.account')}>
            <Avatar size={30} name={user.username} color="accent" alt="" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
              {user.username}
            </Text>
            {t(`app.role_${user.role}`)}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey size={16} />} onClick={open}>
            {user.has_password ? t('app.changePassword') : t('app.setPassword')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
            {t('app.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordModal opened={opened} onClose={close} />
    </>
  );
}
