import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { type MessageKey, t } from '@/lib/i18n';

const choices = [
  { scheme: 'light', icon: IconSun, label: 'app.themeLight' },
  { scheme: 'dark', icon: IconMoon, label: 'app.themeDark' },
  { scheme: 'auto', icon: IconDeviceDesktop, label: 'app.themeAuto' },
] as const satisfies readonly { scheme: string; icon: unknown; label: MessageKey }[];

export function AppearanceMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const now = choices.find((choice) => choice.scheme === colorScheme) ?? choices[2];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('app.themeNow', { theme: t(now.label) })}>
          <now.icon size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('app.theme')}</Menu.Label>
        {choices.map(({ scheme, icon: Icon, label }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(scheme)}
            aria-current={scheme === colorScheme || undefined}
          >
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
