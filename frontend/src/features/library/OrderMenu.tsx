import { Button, Menu } from '@mantine/core';
import {
  IconArrowsShuffle,
  IconArrowsSort,
  IconCalendarDown,
  IconCalendarUp,
  IconHelpHexagon,
  IconTags,
} from '@tabler/icons-react';
import { type MessageKey, t } from '@/lib/i18n';
import { orderOf, withOrder } from '@/lib/queryWords';

const orders = [
  { value: 'new', icon: IconCalendarDown, label: 'search.order_new' },
  { value: 'old', icon: IconCalendarUp, label: 'search.order_old' },
  { value: 'uncertain', icon: IconHelpHexagon, label: 'search.order_uncertain' },
  { value: 'tags', icon: IconTags, label: 'search.order_tags' },
  { value: 'random', icon: IconArrowsShuffle, label: 'search.order_random' },
] as const satisfies readonly { value: string; icon: unknown; label: MessageKey }[];

/** A number makes a random order one that can be looked at again, page by page and by others. */
const seed = () => 1 + Math.floor(Math.random() * 999_999);

type Props = { query: string; onQuery: (query: string) => void };

/** In which order images are shown: a part of the query. */
export function OrderMenu({ query, onQuery }: Props) {
  const written = (orderOf(query) ?? 'new').replace(/\(.*/, '');
  const now = orders.find(({ value }) => value === written);
  const said = t(now?.label ?? 'search.order_new');

  function choose(value: (typeof orders)[number]['value']): void {
    if (value === 'new') onQuery(withOrder(query, null));
    else onQuery(withOrder(query, value === 'random' ? `random(${seed()})` : value));
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          px="sm"
          leftSection={<IconArrowsSort size={17} />}
          aria-label={t('search.orderNow', { order: said })}
        >
          {said}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('search.order')}</Menu.Label>
        {orders.map(({ value, icon: Icon, label }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            aria-current={value === now?.value || undefined}
            onClick={() => choose(value)}
          >
            {value === 'random' && value === now?.value ? t('search.orderAgain') : t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
