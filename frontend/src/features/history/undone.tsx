import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UndoRow } from '@/client';
import { messageOf } from '@/lib/api';
import { t } from '@/lib/i18n';
import { giveBack, refreshAfterUndo } from './api';

const SHOWN_MS = 20_000;
const idOf = (undo: UndoRow): string => `undo-${undo.id}`;

/** Says that answers were taken back, with the way back. */
export function showTakenBack(undo: UndoRow): void {
  notifications.show({ id: idOf(undo), autoClose: SHOWN_MS, message: <TakenBack undo={undo} /> });
}

function TakenBack({ undo }: { undo: UndoRow }) {
  const reverse = useGiveBack(undo);
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm">{t('history.takenBack', { count: undo.answers })}</Text>
      <Button
        size="compact-sm"
        variant="light"
        style={{ flex: 'none' }}
        loading={reverse.isPending}
        onClick={() => reverse.mutate()}
      >
        {t(undo.answers === 1 ? 'history.giveBackOne' : 'history.giveBack')}
      </Button>
    </Group>
  );
}

/** Lets what an undo took back count again. */
export function useGiveBack(undo: UndoRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => giveBack(undo.id),
    onSuccess: ({ answers }) => {
      notifications.hide(idOf(undo));
      notifications.show({ message: t('history.givenBack', { count: answers }) });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: t('history.giveBackFailed'), message: messageOf(problem) }),
    onSettled: () => refreshAfterUndo(client),
  });
}
