import { Button, Code } from '@mantine/core';
import { IconBugOff } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';

export function CrashPage({ error }: ErrorComponentProps) {
  return (
    <EmptyState icon={IconBugOff} title={t('app.crashedTitle')} text={t('app.crashedText')}>
      <Code block maw="100%">
        {messageOf(error)}
      </Code>
      <Button onClick={() => window.location.reload()}>{t('app.reload')}</Button>
    </EmptyState>
  );
}
