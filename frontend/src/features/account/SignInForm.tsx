import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { sessionQuery } from '@/lib/session';
import { signIn } from './api';

type Props = { onDone: () => void };

export function SignInForm({ onDone }: Props) {
  const client = useQueryClient();
  const [username, setUsername] = useState(client.getQueryData(sessionQuery.queryKey)?.user?.username ?? '');
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => signIn(username, password),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      onDone();
    },
  });

  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    enter.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {enter.error && (
          <Alert color="red" variant="light" role="alert">
            {messageOf(enter.error)}
          </Alert>
        )}
        <TextInput
          ref={first}
          label={t('app.username')}
          autoComplete="username"
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          required
          withAsterisk={false}
          data-autofocus
        />
        <PasswordInput
          visibilityToggleButtonProps={{ 'aria-label': t('app.showPassword') }}
          label={t('app.password')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={enter.isPending} fullWidth>
          {t('app.signIn')}
        </Button>
      </Stack>
    </form>
  );
}
