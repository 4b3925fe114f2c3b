import { IconMapOff } from '@tabler/icons-react';
import { EmptyState } from '@/components/EmptyState';
import { LinkButton } from '@/components/links';
import { t } from '@/lib/i18n';

export function NotFoundPage() {
  return (
    <EmptyState icon={IconMapOff} title={t('app.notFoundTitle')} text={t('app.notFoundText')}>
      <LinkButton to="/library">{t('app.toLibrary')}</LinkButton>
    </EmptyState>
  );
}
