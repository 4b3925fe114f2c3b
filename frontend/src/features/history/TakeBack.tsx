import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnswerEvent, UndoPreview, WantedUndo } from '@/client';
import { ErrorState } from '@/components/ErrorState';
import { formatNumber } from '@/lib/format';
import { t } from '@/lib/i18n';
import { AnswerLine } from './AnswerLine';
import { previewQuery, refreshAfterUndo, takeBack } from './api';
import classes from './TakeBack.module.css';
import { showTakenBack } from './undone';

type Props = { wanted: WantedUndo | null; onClose: () => void; onDone: () => void };

/** What taking answers back would change, before it does. */
export function TakeBack({ wanted, onClose, onDone }: Props) {
  return (
    <Modal opened={wanted !== null} onClose={onClose} title={t('history.previewTitle')} size="lg">
      {wanted && <Preview wanted={wanted} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function Preview({ wanted, onClose, onDone }: Props & { wanted: WantedUndo }) {
  const client = useQueryClient();
  const preview = useQuery(previewQuery(wanted));
  const take = useMutation({
    mutationFn: () => takeBack(wanted),
    onSuccess: (undo) => {
      showTakenBack(undo);
      onDone();
    },
    onSettled: () => refreshAfterUndo(client),
  });
  const count = preview.data?.answers ?? 0;
  return (
    <Stack>
      {preview.isPending && <Skeleton h={140} radius="md" role="status" aria-label={t('app.loading')} />}
      {preview.isError && (
        <ErrorState
          problem={preview.error}
          title={t('history.previewFailed')}
          onRetry={() => preview.refetch()}
        />
      )}
      {preview.data && count === 0 && <Text size="sm">{t('history.previewNone')}</Text>}
      {preview.data && count > 0 && <Effects preview={preview.data} />}
      {take.isError && <ErrorState problem={take.error} title={t('history.takeBackFailed')} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('app.cancel')}
        </Button>
        {count > 0 && (
          <Button color="red" loading={take.isPending} onClick={() => take.mutate()} data-autofocus>
            {t('history.confirm', { count })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Effects({ preview }: { preview: UndoPreview }) {
  const { answers, people, images, labels, examples } = preview;
  const figures = [
    [answers, t('history.previewAnswers', { count: answers })],
    [people, t('history.previewPeople', { count: people })],
    [images, t('history.previewImages', { count: images })],
    [labels, t('history.previewLabels', { count: labels })],
  ] as const;
  return (
    <>
      <dl className={classes.figures}>
        {figures.map(([count, name]) => (
          <div key={name} className={classes.figure}>
            <dt>{name}</dt>
            <dd>{formatNumber(count)}</dd>
          </div>
        ))}
      </dl>
      <Text size="sm">{t('history.previewText')}</Text>
      {examples.length > 0 && <Examples examples={examples} />}
    </>
  );
}

function Examples({ examples }: { examples: AnswerEvent[] }) {
  return (
    <section aria-label={t('history.previewExamples')}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {t('history.previewExamples')}
      </Text>
      <ul className={classes.examples}>
        {examples.map((event) => (
          <li key={event.id}>
            <AnswerLine event={event} />
          </li>
        ))}
      </ul>
    </section>
  );
}
