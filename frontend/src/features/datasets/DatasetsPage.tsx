import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';

export function DatasetsPage() {
  return <PageTitle title={t('datasets.title')} />;
}
