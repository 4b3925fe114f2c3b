import { Center, Loader } from '@mantine/core';
import { t } from '@/lib/i18n';

export function PageLoading() {
  return (
    <Center mih="50vh">
      <Loader aria-label={t('app.loading')} />
    </Center>
  );
}
