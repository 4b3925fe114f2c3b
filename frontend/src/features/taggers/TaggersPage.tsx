import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';

export function TaggersPage() {
  return <PageTitle title={t('taggers.title')} />;
}
