import { Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Kbd } from '@/components/Kbd';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { tagsQuery } from './api';

/** A box that completes the names of tags; choosing one answers yes to it. */
export function AddTag({ onAdd }: { onAdd: (tag: string) => void }) {
  const [text, setText] = useState('');
  const [prefix] = useDebouncedValue(text.trim().toLowerCase().replaceAll(' ', '_'), 120);
  const tags = useQuery({ ...tagsQuery(prefix), placeholderData: keepPreviousData });
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = prefix ? (tags.data?.items ?? []) : [];

  function add(tag: string) {
    onAdd(tag);
    setText('');
    combobox.closeDropdown();
  }

  return (
    <Combobox store={combobox} onOptionSubmit={add} withinPortal>
      <Combobox.Target>
        <TextInput
          size="xs"
          aria-label={t('image.addTag')}
          placeholder={t('image.addTagPlaceholder')}
          leftSection={<IconPlus size={15} />}
          rightSection={tags.isFetching ? <Loader size={14} /> : <Kbd keys="/" />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
          onFocus={() => text && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          {...shortcut('/', t('image.addTag'))}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={prefix === ''}>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
          {found.map(({ id, name, category }) => (
            <Combobox.Option key={id} value={name}>
              <Text span size="sm">
                {name}
              </Text>{' '}
              <Text span size="xs" c="dimmed">
                {category}
              </Text>
            </Combobox.Option>
          ))}
          {found.length === 0 && !tags.isFetching && (
            <Combobox.Empty>{t('image.addTagNothing')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
