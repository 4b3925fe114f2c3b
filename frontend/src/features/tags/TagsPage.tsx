import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileImport, IconPlus, IconVocabulary } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Kbd } from '@/components/Kbd';
import { LinkButton } from '@/components/links';
import { PageTitle } from '@/components/PageTitle';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import { shortcut } from '@/lib/shortcuts';
import { rowsOf, vocabularyQuery } from './api';
import { Filters } from './Filters';
import { NewTag } from './NewTag';
import { TagList, TagListSkeleton } from './TagList';
import { isUnfiltered, type VocabularySearch, vocabularySearch, wantedOf } from './vocabularySearch';

/** The whole vocabulary, to search and to look through. */
export function TagsPage() {
  const search = vocabularySearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  return (
    <Vocabulary
      search={search}
      onSearch={(now) => void navigate({ to: '/tags', search: now, replace: true })}
    />
  );
}

type Props = { search: VocabularySearch; onSearch: (search: VocabularySearch) => void };

function Vocabulary({ search, onSearch }: Props) {
  const mayEdit = useCan('tag.edit');
  const mayChange = useCan('tag.change');
  const [opened, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery({
    ...vocabularyQuery(wantedOf(search)),
    placeholderData: keepPreviousData,
  });
  const rows = rowsOf(query.data);
  const nothing = query.isSuccess && rows.length === 0;
  const files = mayChange && (
    <LinkButton to="/tags/import" variant="default" leftSection={<IconFileImport size={17} />}>
      {t('tags.files')}
    </LinkButton>
  );
  return (
    <>
      <PageTitle title={t('tags.title')} text={t('tags.text')}>
        {files}
        {mayEdit && (
          <Button
            leftSection={<IconPlus size={17} />}
            rightSection={<Kbd keys="n" onFilled />}
            onClick={open}
            {...shortcut('n', t('tags.new'))}
          >
            {t('tags.new')}
          </Button>
        )}
      </PageTitle>
      <Filters search={search} onSearch={onSearch} />
      {query.isPending && <TagListSkeleton />}
      {query.isError && rows.length === 0 && (
        <ErrorState problem={query.error} title={t('tags.loadFailed')} onRetry={() => void query.refetch()} />
      )}
      {nothing && isUnfiltered(search) && (
        <EmptyState
          icon={IconVocabulary}
          title={t('tags.emptyTitle')}
          text={mayChange ? t('tags.emptyText') : t('tags.emptyAsk')}
        >
          {files}
        </EmptyState>
      )}
      {nothing && !isUnfiltered(search) && (
        <EmptyState icon={IconVocabulary} title={t('tags.nothingTitle')} text={t('tags.nothingText')}>
          <Button variant="light" onClick={() => onSearch({})}>
            {t('tags.showAll')}
          </Button>
        </EmptyState>
      )}
      {rows.length > 0 && <TagList rows={rows} query={query} stale={query.isPlaceholderData} />}
      <NewTag opened={opened} onClose={close} />
    </>
  );
}
