import { Button, Group, Loader, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ChangeRow, changesUndoPreview } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { formatAgo, formatDate } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useCan } from '@/lib/session';
import classes from '../History.module.css';
import { Preview } from './Preview';
import { followBack, useFollow, useUndo } from './useChanges';

/** One change of the history: what, who, when, how far it is, and the way back where there is one. */
export function ChangeItem({ change }: { change: ChangeRow }) {
  const mayChange = useCan('tag.change');
  const [opened, { open, close }] = useDisclosure(false);
  const { sentence, by, at, images_left: left, undone_by: undoneBy, undoable } = change;
  return (
    <li className={classes.row} data-undone={undoneBy !== null || undefined}>
      <div className={classes.words}>
        <Text size="sm" td={undoneBy === null ? undefined : 'line-through'}>
          {sentence}
        </Text>
        <Text size="xs" c="dimmed" title={formatDate(at)}>
          {t('tags.whoWhen', { who: by ?? t('tags.nobody'), when: formatAgo(at) })}
          {undoneBy !== null && ` · ${t('tags.takenBack')}`}
        </Text>
        {left > 0 && (
          <Group gap={6} mt={4} role="status">
            <Loader size={12} />
            <Text size="xs" className="tabular">
              {t('tags.imagesLeft', { count: left })}
            </Text>
          </Group>
        )}
      </div>
      {mayChange && undoable && undoneBy === null && (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconArrowBackUp size={14} />}
          aria-label={t('tags.undoNamed', { change: sentence })}
          onClick={open}
        >
          {t('tags.undo')}
        </Button>
      )}
      <Modal opened={opened} onClose={close} title={t('tags.undoTitle')} size="lg">
        <Undo change={change} onDone={close} />
      </Modal>
    </li>
  );
}

function Undo({ change, onDone }: { change: ChangeRow; onDone: () => void }) {
  const follow = useFollow();
  const preview = useQuery({
    queryKey: ['undo-preview', change.id],
    queryFn: ({ signal }) => changesUndoPreview({ path: { change_id: change.id }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const undo = useUndo(change, (made) => {
    onDone();
    followBack(change, made, follow);
  });
  return (
    <Stack>
      <Text size="sm" fw={550}>
        {change.sentence}
      </Text>
      {preview.isPending && <Skeleton h={80} role="status" aria-label={t('app.loading')} />}
      {preview.isError && <ErrorState problem={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && <Preview preview={preview.data} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('app.cancel')}
        </Button>
        <Button disabled={!preview.data} loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('tags.undoIt')}
        </Button>
      </Group>
    </Stack>
  );
}
