import { Button, Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { t } from '@/lib/i18n';

const atFirst = 24;
const more = 200;

type Props<T> = {
  items: readonly T[];
  nameOf: (item: T) => string;
  label: string;
  children: (item: T) => ReactNode;
};

/** Names in a row: the first of them, the others when they are asked for, and a field that finds one of very many. */
export function ManyTags<T>({ items, nameOf, label, children }: Props<T>) {
  const [count, setCount] = useState(atFirst);
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '_');
  const found = wanted === '' ? items : items.filter((item) => nameOf(item).toLowerCase().includes(wanted));
  const left = found.length - count;
  return (
    <>
      {items.length > 2 * atFirst && (
        <TextInput
          type="search"
          size="xs"
          aria-label={t('tags.findAmong', { what: label })}
          placeholder={t('tags.findAmong', { what: label })}
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <Group gap="2px 12px" component="ul" aria-label={label} m={0} p={0} style={{ listStyle: 'none' }}>
        {found.slice(0, count).map((item) => (
          <li key={nameOf(item)} style={{ minWidth: 0 }}>
            {children(item)}
          </li>
        ))}
      </Group>
      {left > 0 && (
        <Group>
          <Button size="compact-xs" variant="default" onClick={() => setCount(count + more)}>
            {t('tags.showMore', { count: left })}
          </Button>
        </Group>
      )}
    </>
  );
}
