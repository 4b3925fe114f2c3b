import { ActionIcon, Box, Modal, Stack, Text } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@/lib/i18n';
import { type Shown, shortcut, shortcutsOnPage } from '@/lib/shortcuts';
import { ShortcutList } from './ShortcutList';

/** `?`: everything that can be pressed on the page as it is now. */
export function HelpButton() {
  const [shown, setShown] = useState<Shown[] | null>(null);
  const list = shown ?? [];
  const goes = list.filter(({ keys }) => keys.startsWith('g '));
  const page = list.filter(({ keys }) => !keys.startsWith('g ') && keys !== '?');
  return (
    <>
      <Box visibleFrom="sm">
        <ActionIcon
          size="lg"
          aria-label={t('app.help')}
          onClick={() => setShown(shortcutsOnPage())}
          {...shortcut('?', t('app.help'))}
        >
          <IconKeyboard size={20} stroke={1.6} />
        </ActionIcon>
      </Box>
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={t('app.help')} size="lg">
        <Stack gap="lg">
          <Text size="sm" c="dimmed">
            {t('app.helpText')}
          </Text>
          <ShortcutList title={t('app.helpPage')} list={page} empty={t('app.helpNone')} />
          <ShortcutList title={t('app.helpGo')} list={goes} />
          <ShortcutList title={t('app.helpEverywhere')} list={[{ keys: '?', label: t('app.help') }]} />
        </Stack>
      </Modal>
    </>
  );
}
