import { Group, ScrollArea, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { categories, isCategory } from '@/components/categories';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import classes from './Filters.module.css';
import { orders, shows, type VocabularySearch, vocabularySearch } from './vocabularySearch';

type Props = { search: VocabularySearch; onSearch: (search: VocabularySearch) => void };

export function Filters({ search, onSearch }: Props) {
  const [text, setText] = useTyped(search, onSearch);
  const set = (change: Record<string, unknown>) => onSearch(vocabularySearch({ ...search, ...change }));
  return (
    <Group gap="xs" mb="md" align="center" role="search" aria-label={t('tags.filters')}>
      <TextInput
        type="search"
        className={classes.text}
        aria-label={t('tags.search')}
        placeholder={t('tags.searchHint')}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={<Kbd keys="/" />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={170}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        {...shortcut('/', t('tags.search'))}
      />
      <ScrollArea type="never" className={classes.categories}>
        <SegmentedControl
          size="xs"
          aria-label={t('tags.category')}
          data={[
            { value: '', label: t('tags.category_all') },
            ...categories.map((category) => ({ value: category, label: t(`tags.category_${category}`) })),
          ]}
          value={search.category ?? ''}
          onChange={(category) => set({ category: isCategory(category) ? category : undefined })}
        />
      </ScrollArea>
      <Select
        size="xs"
        className={classes.choice}
        aria-label={t('tags.show')}
        data={shows.map((show) => ({ value: show, label: t(`tags.show_${show}`) }))}
        value={search.show ?? 'all'}
        onChange={(show) => set({ show })}
        allowDeselect={false}
      />
      <Select
        size="xs"
        className={classes.choice}
        aria-label={t('tags.order')}
        data={orders.map((order) => ({ value: order, label: t(`tags.order_${order}`) }))}
        value={search.order ?? 'posts'}
        onChange={(order) => set({ order })}
        allowDeselect={false}
      />
    </Group>
  );
}

/** What is typed goes into the address when the typing rests; a new address fills the field. */
function useTyped(search: VocabularySearch, onSearch: Props['onSearch']) {
  const { q = '' } = search;
  const [text, setText] = useState(q);
  const sent = useRef(q);
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  const send = useDebouncedCallback((typed: string) => {
    sent.current = typed.trim();
    onSearch(vocabularySearch({ ...search, q: typed.trim() }));
  }, 150);
  const type = (typed: string) => {
    setText(typed);
    send(typed);
  };
  return [text, type] as const;
}
