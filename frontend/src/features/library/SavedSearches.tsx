import {
  ActionIcon,
  Button,
  Divider,
  Group,
  Popover,
  ScrollArea,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SavedSearchRow } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { keepSearch, removeSearch, savedQuery } from './api';
import classes from './SavedSearches.module.css';

const undoMs = 15_000;

type Props = {
  /** What is searched for now. */
  query: string;
  onUse: (query: string) => void;
};

/** One's own searches and those that others share: to use, to keep the present one, and to remove. */
export function SavedSearches({ query, onUse }: Props) {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position="bottom-end"
      width="min(24rem, calc(100vw - 24px))"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={t('search.saved')}>
          <ActionIcon variant="default" size={36} aria-label={t('search.saved')} onClick={toggle}>
            <IconBookmark size={19} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('search.saved')}>
        <Stack gap="sm">
          <List
            onUse={(saved) => {
              close();
              onUse(saved);
            }}
          />
          {query !== '' && (
            <>
              <Divider />
              <Keep key={query} query={query} onKept={close} />
            </>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function List({ onUse }: { onUse: (query: string) => void }) {
  const saved = useQuery(savedQuery);
  if (saved.isPending) return <Skeleton h={60} />;
  if (saved.isError) return <ErrorState problem={saved.error} onRetry={() => void saved.refetch()} />;
  if (saved.data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('search.savedNone')}
      </Text>
    );
  }
  return (
    <ScrollArea.Autosize mah="45vh" type="auto" offsetScrollbars="present">
      <ul className={classes.list} aria-label={t('search.saved')}>
        {saved.data.map((search) => (
          <li key={search.id} className={classes.row}>
            <UnstyledButton className={classes.use} onClick={() => onUse(search.query)}>
              <Text component="span" display="block" size="sm" fw={550}>
                {search.name}
                {search.shared && (
                  <Text component="span" size="xs" c="dimmed" fw={400} ml={8}>
                    {search.mine ? t('search.savedSharedMine') : t('search.savedShared', { name: search.by })}
                  </Text>
                )}
              </Text>
              <Text component="span" display="block" size="xs" c="dimmed" className={classes.query}>
                {search.query}
              </Text>
            </UnstyledButton>
            {search.mine && <Remove search={search} />}
          </li>
        ))}
      </ul>
    </ScrollArea.Autosize>
  );
}

/** Reads the list again, whatever became of a change to it. */
function useRefreshed() {
  const client = useQueryClient();
  return { onSettled: () => client.invalidateQueries({ queryKey: savedQuery.queryKey }) };
}

function Remove({ search }: { search: SavedSearchRow }) {
  const remove = useMutation({
    ...useRefreshed(),
    mutationFn: () => removeSearch(search.id),
    onSuccess: () =>
      notifications.show({
        id: `removed-search-${search.id}`,
        autoClose: undoMs,
        message: <Removed search={search} />,
      }),
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('search.removeFailed'), message: messageOf(problem) }),
  });
  return (
    <ActionIcon
      aria-label={t('search.remove', { name: search.name })}
      loading={remove.isPending}
      onClick={() => remove.mutate()}
    >
      <IconTrash size={17} stroke={1.6} />
    </ActionIcon>
  );
}

/** In the notification: what was removed, and the way back. */
function Removed({ search }: { search: SavedSearchRow }) {
  const { name, query, shared } = search;
  const undo = useMutation({
    ...useRefreshed(),
    mutationFn: () => keepSearch({ name, query, shared }),
    onSuccess: () => {
      notifications.hide(`removed-search-${search.id}`);
      notifications.show({ message: t('search.kept', { name }) });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('search.keepFailed'), message: messageOf(problem) }),
  });
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t('search.removed', { name })}
      </Text>
      <Button
        size="compact-sm"
        variant="light"
        style={{ flex: 'none' }}
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        {t('search.undo')}
      </Button>
    </Group>
  );
}

function Keep({ query, onKept }: { query: string; onKept: () => void }) {
  const mine = useQuery(savedQuery).data?.filter((search) => search.mine) ?? [];
  const known = mine.find((search) => search.query === query);
  const [name, setName] = useState(known?.name ?? '');
  const [shared, setShared] = useState(known?.shared ?? false);
  const wanted = name.trim();
  const keep = useMutation({
    ...useRefreshed(),
    mutationFn: () => keepSearch({ name: wanted, query, shared }),
    onSuccess: () => {
      notifications.show({ message: t('search.kept', { name: wanted }) });
      onKept();
    },
  });
  const replaces = mine.some((search) => search.name === wanted && search.query !== query);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (wanted !== '') keep.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Text size="xs" className={classes.query} lineClamp={2}>
          {query}
        </Text>
        <TextInput
          size="sm"
          label={t('search.keepName')}
          placeholder={t('search.keepNameHint')}
          description={replaces && t('search.keepReplaces')}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={keep.isError && messageOf(keep.error)}
        />
        <Group justify="space-between" gap="sm">
          <Switch
            size="sm"
            label={t('search.keepShared')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Button type="submit" size="xs" disabled={wanted === ''} loading={keep.isPending}>
            {t('search.keep')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
