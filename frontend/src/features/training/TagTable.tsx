import {
  Group,
  Pagination,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  UnstyledButton,
} from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Figures, TagFigures } from '@/client';
import { Kbd } from '@/components/Kbd';
import { TagLink } from '@/components/TagLink';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { shortcut } from '@/lib/shortcuts';
import { Difference } from './Difference';
import { type Column, columns, formatFigure, found, nextOrder, type Order, sorted } from './figures';
import classes from './TagTable.module.css';

export const rowsOfAPage = 25;

/** What a run did to every tag: sorted by a click on a column's head, searched, a page at a time. */
export function TagTable({ tags }: { tags: TagFigures[] }) {
  const [order, setOrder] = useState<Order>({ column: 'change', descending: true });
  const [text, setText] = useState('');
  const [page, setPage] = useState(1);
  const wanted = useDeferredValue(text);
  const rows = useMemo(() => sorted(found(tags, wanted), order), [tags, wanted, order]);
  const pages = Math.ceil(rows.length / rowsOfAPage);
  const now = Math.min(page, Math.max(1, pages));
  const shown = rows.slice((now - 1) * rowsOfAPage, now * rowsOfAPage);

  function sortBy(column: Column) {
    setOrder(nextOrder(order, column));
    setPage(1);
  }

  function search(typed: string) {
    setText(typed);
    setPage(1);
  }

  return (
    <Paper withBorder p="md" component="section" aria-labelledby="tags">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end" gap="sm">
          <div className={classes.words}>
            <Title order={2} size="h4" id="tags">
              {t('training.tags')}
            </Title>
            <Text size="sm" c="dimmed" maw="75ch">
              {tags.length === 0 ? t('training.tagsNone') : t('training.tagsText')}
            </Text>
          </div>
          {tags.length > 0 && (
            <TextInput
              type="search"
              aria-label={t('training.search')}
              placeholder={t('training.search')}
              leftSection={<IconSearch size={16} aria-hidden="true" />}
              rightSection={<Kbd keys="/" />}
              value={text}
              onChange={(event) => search(event.currentTarget.value)}
              className={classes.search}
              {...shortcut('/', t('training.search'))}
            />
          )}
        </Group>
        {tags.length > 0 && (
          <>
            <Text size="xs" c="dimmed" className="tabular" aria-live="polite">
              {rows.length === 0
                ? t('training.searchNothing')
                : t('training.tagCount', { count: rows.length })}
            </Text>
            {rows.length > 0 && (
              <Table.ScrollContainer minWidth={760} type="native">
                <Table fz="sm" verticalSpacing={6} className="tabular nowrap" aria-labelledby="tags">
                  <Table.Thead>
                    <Table.Tr>
                      {columns.map((column) => (
                        <Head key={column} column={column} order={order} onSort={sortBy} />
                      ))}
                      <Table.Th ta="right">{t('training.precision')}</Table.Th>
                      <Table.Th ta="right">{t('training.recall')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {shown.map((row) => (
                      <Row key={row.tag} row={row} />
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
            {pages > 1 && (
              <Group justify="center">
                <Pagination
                  total={pages}
                  value={now}
                  onChange={setPage}
                  size="sm"
                  siblings={1}
                  boundaries={1}
                  aria-label={t('training.pages')}
                  getItemProps={(item) => ({ 'aria-label': t('training.page', { page: item }) })}
                  getControlProps={(control) => ({ 'aria-label': t(controls[control]) })}
                />
              </Group>
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}

const controls = {
  first: 'training.firstPage',
  previous: 'training.previousPage',
  next: 'training.nextPage',
  last: 'training.lastPage',
} as const;

type HeadProps = { column: Column; order: Order; onSort: (column: Column) => void };

function Head({ column, order, onSort }: HeadProps) {
  const active = order.column === column;
  const Arrow = order.descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      aria-sort={active ? (order.descending ? 'descending' : 'ascending') : undefined}
      className={column === 'tag' ? classes.tag : undefined}
      ta={column === 'tag' ? 'left' : 'right'}
    >
      <UnstyledButton className={classes.head} onClick={() => onSort(column)} fz="inherit" fw="inherit">
        {t(`training.column_${column}`)}
        <Arrow size={14} aria-hidden="true" className={classes.arrow} data-active={active || undefined} />
      </UnstyledButton>
    </Table.Th>
  );
}

function Row({ row }: { row: TagFigures }) {
  const { tag, pairs, yes, positives, before, after } = row;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className={classes.tag}>
        <TagLink name={tag} />
      </Table.Th>
      <Table.Td ta="right">
        {before && after ? <Difference before={before.f1} after={after.f1} unit="f1" /> : t('training.none')}
      </Table.Td>
      <Table.Td ta="right">{figure(before, 'f1')}</Table.Td>
      <Table.Td ta="right">{figure(after, 'f1')}</Table.Td>
      <Table.Td ta="right">
        {formatNumber(pairs)}
        {pairs > 0 && (
          <Text span size="xs" c="dimmed" ml={6}>
            {t('training.yesOf', { count: yes })}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{formatNumber(positives)}</Table.Td>
      <Table.Td ta="right">{pair(before, after, 'precision')}</Table.Td>
      <Table.Td ta="right">{pair(before, after, 'recall')}</Table.Td>
    </Table.Tr>
  );
}

function figure(figures: Figures | null, name: keyof Figures): string {
  return figures ? formatFigure(figures[name], 'f1') : t('training.none');
}

function pair(before: Figures | null, after: Figures | null, name: keyof Figures): string {
  if (!before && !after) return t('training.none');
  return t('training.fromTo', { before: figure(before, name), after: figure(after, name) });
}
