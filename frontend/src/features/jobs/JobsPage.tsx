import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';

export function JobsPage() {
  return <PageTitle title={t('jobs.title')} />;
}
