import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ChangeRow, changesMake, changesUndo } from '@/client';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { type Change, refreshVocabulary } from '../api';

const UNDO_MS = 15_000;

const noticeOf = (change: Pick<ChangeRow, 'id'>): string => `change-${change.id}`;

/** Makes a change; what was done, and the way back, stand in a notification. */
export function useMakeChange(onDone: () => void) {
  const client = useQueryClient();
  const follow = useFollow();
  return useMutation({
    mutationFn: (change: Change) => changesMake({ body: { change } }),
    onSuccess: (made, change) => {
      if (change.kind === 'rename') follow(change.tag, made.tag ?? change.to);
      notifications.show({
        id: noticeOf(made),
        color: 'teal',
        autoClose: UNDO_MS,
        message: <Made change={made} onUndone={(undo) => followBack(made, undo, follow)} />,
      });
      onDone();
    },
    onSettled: () => refreshVocabulary(client),
  });
}

/** In the notification: what was done, and the way back. */
function Made({ change, onUndone }: { change: ChangeRow; onUndone: (undo: ChangeRow) => void }) {
  const undo = useUndo(change, onUndone);
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {change.sentence}
      </Text>
      {change.undoable && (
        <Button
          size="compact-sm"
          variant="light"
          style={{ flex: 'none' }}
          loading={undo.isPending}
          onClick={() => undo.mutate()}
        >
          {t('tags.undo')}
        </Button>
      )}
    </Group>
  );
}

/** Takes a change back; the notification that said it was made goes. */
export function useUndo(change: ChangeRow, onUndone: (undo: ChangeRow) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => changesUndo({ path: { change_id: change.id } }),
    onSuccess: (undo) => {
      notifications.hide(noticeOf(change));
      notifications.show({ message: undo.sentence });
      onUndone(undo);
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('tags.undoFailed'), message: messageOf(problem) }),
    onSettled: () => refreshVocabulary(client),
  });
}

type Follow = (from: string, to: string) => void;

/** A page about a tag that has another name now goes on under that name. */
export function useFollow(): Follow {
  const router = useRouter();
  return (from, to) => {
    const { pathname, search } = router.state.location;
    const shown: { name?: unknown } = search;
    if (pathname !== '/tag' || shown.name !== from || from === to) return;
    void router.navigate({ to: '/tag', search: { name: to }, replace: true });
  };
}

export function followBack(change: ChangeRow, undo: ChangeRow, follow: Follow): void {
  const { to } = change.details;
  if (change.kind === 'rename' && typeof to === 'string' && undo.tag !== null) follow(to, undo.tag);
}
