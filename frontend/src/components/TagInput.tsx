import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentType, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Kbd } from '@/components/Kbd';
import { TagName } from '@/components/TagName';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { completionQuery } from '@/lib/tags';

type Props = {
  onTag: (tag: string) => void;
  size?: 'xs' | 'sm';
  position?: 'top' | 'bottom';
  label?: string;
  placeholder?: string;
  icon?: ComponentType<{ size?: number }>;
};

/** Typing finds a tag of the vocabulary. The first tag found is highlighted, so Enter is enough. */
export function TagInput({
  onTag,
  size = 'sm',
  position = 'top',
  label = t('review.addTag'),
  placeholder = t('review.addTagHint'),
  icon: Icon = IconPlus,
}: Props) {
  const client = useQueryClient();
  const combobox = useCombobox();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const prefix = text.trim().toLowerCase().replace(/\s+/g, '_');
  const found = useQuery({ ...completionQuery(prefix), placeholderData: keepPreviousData });
  const names = prefix === '' ? [] : (found.data?.map((tag) => tag.name) ?? []);
  const settled = prefix !== '' && found.isSuccess && !found.isPlaceholderData;
  const first = names[0];

  // biome-ignore lint/correctness/useExhaustiveDependencies: when other tags are found, the first of them is highlighted
  useEffect(() => {
    if (first === undefined) combobox.closeDropdown();
    else combobox.selectFirstOption();
  }, [first, names.length]);

  function leave(): void {
    setText('');
    combobox.closeDropdown();
    field.current?.blur();
  }

  function add(tag: string): void {
    onTag(tag);
    leave();
  }

  /** Enter before the list has come: what it will be, or at least the first of it. */
  async function addTyped(): Promise<void> {
    const found = await client.fetchQuery(completionQuery(prefix)).catch(() => null);
    const tags = found?.map((tag) => tag.name) ?? [];
    const tag = tags.find((name) => name === prefix) ?? tags[0];
    if (tag !== undefined && field.current?.value === text) add(tag);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && prefix !== '' && (!settled || !combobox.dropdownOpened)) {
      event.preventDefault();
      void addTyped();
    }
  }

  return (
    <Combobox store={combobox} onOptionSubmit={add} shadow="md" position={position}>
      <Combobox.Target withKeyboardNavigation={settled}>
        <TextInput
          ref={field}
          size={size}
          aria-label={label}
          placeholder={placeholder}
          leftSection={<Icon size={16} />}
          rightSection={<Kbd keys="/" />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={onKeyDown}
          error={settled && names.length === 0 && t('review.addTagNothing')}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          {...shortcut('/', label)}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={names.length === 0}>
        <Combobox.Options aria-label={label}>
          {names.map((name) => (
            <Combobox.Option key={name} value={name}>
              <TagName name={name} />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
