import { Stack, Tabs } from '@mantine/core';
import { IconArrowBackUp, IconListDetails } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { Answers } from './Answers';
import { FilterBar } from './FilterBar';
import type { Filters, HistorySearch } from './filters';
import { Undos } from './Undos';

/** Who said what, and what was taken back. What is looked at stands in the address. */
export function HistoryPage() {
  const { tab, ...filters }: HistorySearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (search: HistorySearch) => void navigate({ to: '/history', search, replace: true });
  const change = (changed: Filters) => show({ ...filters, ...changed });
  return (
    <>
      <PageTitle title={t('history.title')} text={t('history.text')} />
      <Tabs
        value={tab ?? 'answers'}
        onChange={(value) => show({ ...filters, tab: value === 'undos' ? 'undos' : undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('history.tabs')}>
          <Tabs.Tab value="answers" leftSection={<IconListDetails size={17} />}>
            {t('history.answers')}
          </Tabs.Tab>
          <Tabs.Tab value="undos" leftSection={<IconArrowBackUp size={17} />}>
            {t('history.undos')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="answers">
          <Stack gap="md">
            <FilterBar filters={filters} onChange={change} onClear={() => show({})} />
            <Answers key={JSON.stringify(filters)} filters={filters} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="undos">
          <Undos />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
