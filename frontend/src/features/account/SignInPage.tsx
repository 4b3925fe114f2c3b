import { Alert, Center, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { Logo } from '@/components/Logo';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { sessionQuery } from '@/lib/session';
import { safeNext } from './next';
import { SignInForm } from './SignInForm';
import classes from './SignInPage.module.css';
import { useLinkSignIn } from './useLinkSignIn';

export function SignInPage() {
  useDocumentTitle(t('app.pageTitle', { page: t('app.signIn') }));
  const router = useRouter();
  const { next } = useSearch({ from: '/sign-in' });
  const goOn = useCallback(() => router.history.replace(safeNext(next)), [router, next]);
  const link = useLinkSignIn(goOn);
  const session = useQuery(sessionQuery);
  const signedIn = session.data?.user != null;

  useEffect(() => {
    if (signedIn && link.state === 'none') goOn();
  }, [signedIn, link.state, goOn]);

  return (
    <Center component="main" className={classes.page} p="md">
      <Stack w="100%" maw={400} gap="xl">
        <Stack align="center" gap="xs">
          <Logo size={48} />
          <Title order={1} size="h2">
            {t('app.signInTitle')}
          </Title>
          <Text c="dimmed" ta="center">
            {t('app.signInText')}
          </Text>
        </Stack>
        <Paper withBorder shadow="sm" p="lg">
          {link.state === 'working' ? (
            <Stack align="center" role="status" py="lg">
              <Loader />
              <Text>{t('app.linkWorking')}</Text>
            </Stack>
          ) : (
            <Stack>
              {link.problem !== null && (
                <Alert color="orange" role="alert" icon={<IconLinkOff />} title={t('app.linkFailed')}>
                  <Stack gap="xs">
                    <Text size="sm">{messageOf(link.problem)}</Text>
                    <Text size="sm">{t('app.linkFailedHelp')}</Text>
                  </Stack>
                </Alert>
              )}
              <SignInForm onDone={goOn} />
            </Stack>
          )}
        </Paper>
        {link.state === 'none' && (
          <Text size="sm" c="dimmed" ta="center">
            {t('app.signInLinkHint')}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
