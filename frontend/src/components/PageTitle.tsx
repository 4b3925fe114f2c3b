import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { t } from '@/lib/i18n';

type Props = { title: string; text?: ReactNode; children?: ReactNode };

/** The head of a page: its title (also the browser tab's), a line about it, and its main actions on the right. */
export function PageTitle({ title, text, children }: Props) {
  useDocumentTitle(t('app.pageTitle', { page: title }));
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2} miw={0} flex="0 1 auto">
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {text && (
          <Text component="div" c="dimmed" size="sm">
            {text}
          </Text>
        )}
      </Stack>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
