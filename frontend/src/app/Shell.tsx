import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ActiveTagger } from '@/app/header/ActiveTagger';
import { AppearanceMenu } from '@/app/header/AppearanceMenu';
import { ConnectionNotice } from '@/app/header/ConnectionNotice';
import { HelpButton } from '@/app/header/HelpButton';
import { JobsIndicator } from '@/app/header/JobsIndicator';
import { UserMenu } from '@/app/header/UserMenu';
import { Navigation } from '@/app/Navigation';
import { Logo } from '@/components/Logo';
import { PasswordPrompt } from '@/features/account/PasswordPrompt';
import { SessionEnded } from '@/features/account/SessionEnded';
import { UnsentAnswers } from '@/features/review/UnsentAnswers';
import { UploadIndicator } from '@/features/upload/UploadIndicator';
import { t } from '@/lib/i18n';
import classes from './Shell.module.css';

/** The frame around every page: header, navigation, and what is above all pages. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the page has changed
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip" href="#content">
        {t('app.skipToContent')}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px={{ base: 'sm', sm: 'md' }} gap="xs" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? t('app.closeNavigation') : t('app.openNavigation')}
            aria-expanded={opened}
          />
          <Logo />
          <Text fw={650} size="lg" lh={1} className={classes.name} visibleFrom="xs">
            {t('app.name')}
          </Text>
          <Group gap={4} ml="auto" wrap="nowrap">
            <ActiveTagger />
            <UploadIndicator />
            <JobsIndicator />
            <HelpButton />
            <AppearanceMenu />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={classes.navbar} aria-label={t('app.navigation')}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <ConnectionNotice />
        {pathname !== '/review' && <PasswordPrompt />}
        <Outlet />
      </AppShell.Main>
      <SessionEnded />
      <UnsentAnswers />
    </AppShell>
  );
}
